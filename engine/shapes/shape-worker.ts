// The thread in which programs run without data: only connects reports to its port, one after the other.
import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { ShapeAnswer, ShapeRequest, ShapeRequests } from '../protocol';
import { serve } from '../rpc';
import { workerPort } from '../session/ports';
import { readFile } from '../session/workspace';
import { collectYoung } from './collect';
import type { ShapeEvents } from './host';
import { reportShapes } from './report';
import { blunt } from './run';

blunt();
let last: Promise<unknown>;

async function answer({ file, texts, limit }: ShapeRequest): Promise<ShapeAnswer> {
  const read = (path: string): string | undefined => texts[path] ?? readFile(path);
  const report = await reportShapes(file, { read, limit });
  return { ...report, hints: JSON.stringify(report.hints) };
}

/** A little of everything, so that the first program of the user's finds warm code. */
const warmUp = `import { F, nn, optim, randn, Tensor } from 'retrograd';
class Model extends nn.Module {
  layer = new nn.Linear(4, 2);
  forward(x: Tensor): Tensor { return this.layer.forward(x).relu(); }
}
export function train() {
  const model = new Model();
  const optimizer = new optim.SGD(model.parameters(), { lr: 1 });
  for (let step = 0; step < 2; step++) {
    const loss = F.mseLoss(model.forward(randn([3, 4])), randn([3, 2]));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
}`;

const emit = serve<ShapeRequests, ShapeEvents>(workerPort(parentPort!), {
  shapes: (request) => {
    const next = last.then(() => {
      emit('begun', null);
      return answer(request);
    });
    // The answer goes out first.
    last = next.then(() => setImmediate()).then(collectYoung, () => undefined);
    return next;
  },
});

// Before any request: it arrives in a later turn.
last = answer({ file: '/warm.ts', texts: { '/warm.ts': warmUp }, limit: 500 }).catch(
  () => undefined,
);
