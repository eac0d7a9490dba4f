// How long it takes to stand in any past step of a long run, within how much memory: one line of JSON. Knows no table.
import type { PastInfo } from '../../engine/protocol';
import { Random } from '../../engine/data/random';
import { Lab } from '../engine/session/runs';

/** A GPT of two blocks with dropout and Adam, that copies what it reads. */
const gpt = (
  steps: number,
): string => `import { nn, optim, F, randint, arange, log, type Tensor } from 'retrograd';
class Block extends nn.Module {
  attention = new nn.MultiheadAttention(32, 4, { dropout: 0.1, batchFirst: true });
  one = new nn.LayerNorm(32);
  two = new nn.LayerNorm(32);
  up = new nn.Linear(32, 128);
  down = new nn.Linear(128, 32);
  drop = new nn.Dropout(0.1);
  forward(x: Tensor): Tensor {
    const n = this.one.forward(x);
    const [a] = this.attention.forward(n, n, n, { needWeights: false });
    const y = x.add(this.drop.forward(a));
    return y.add(this.drop.forward(this.down.forward(this.up.forward(this.two.forward(y)).gelu())));
  }
}
class GPT extends nn.Module {
  tokens = new nn.Embedding(27, 32);
  places = new nn.Embedding(16, 32);
  blocks = [new Block(), new Block()];
  head = new nn.Linear(32, 27);
  forward(x: Tensor): Tensor {
    let h = this.tokens.forward(x).add(this.places.forward(arange(0, 16, 1, { dtype: 'int32' })));
    for (const block of this.blocks) h = block.forward(h);
    return this.head.forward(h);
  }
}
export function train() {
  const net = new GPT();
  const opt = new optim.Adam(net.parameters(), { lr: 1e-3 });
  const losses: number[] = [];
  for (let i = 0; i < ${steps}; i++) {
    opt.zeroGrad();
    const x = randint(0, 27, [4, 16]);
    const loss = F.crossEntropy(net.forward(x).reshape([64, 27]), x.flatten());
    loss.backward();
    opt.step();
    if (i % 10 === 0) losses.push(loss.item());
    log({ loss });
  }
}
`;

const megabytes = 64;
const [steps, seeks] = process.argv.slice(2).map(Number);

const lab = new Lab();
let diverged = 0;
lab.on('problem', ({ kind }) => {
  if (kind === 'diverged') diverged++;
});
const { train, record } = lab.supervisor.handlers();

/** Milliseconds by the clock, and of the processor, until a step is held. */
async function timed(begin: () => Promise<unknown>): Promise<{ wall: number; cpu: number }> {
  const held = lab.next('held');
  const [start, used] = [performance.now(), process.cpuUsage()];
  await begin();
  await held;
  const { user, system } = process.cpuUsage(used);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

const file = lab.write('gpt.ts', gpt(steps));
const options = { file, seed: 0, hyper: {}, workspace: lab.folder, history: { megabytes } };
const whole = await timed(async () => train({ ...options, hold: true, record: steps }));
const random = new Random(1, 'seeks');
const each: { wall: number; cpu: number }[] = [];
for (let i = 0; i < seeks; i++) {
  const step = random.whole(1, steps + 1);
  each.push(await timed(async () => record({ step })));
}
const past = (await lab.supervisor.ask('past', undefined)) as PastInfo;
await lab.close();

const sorted = (what: 'wall' | 'cpu'): number[] =>
  each.map((times) => times[what]).sort((a, b) => a - b);
const median = (values: readonly number[]): number => values[values.length >> 1];
console.log(
  JSON.stringify({
    steps,
    seeks,
    diverged,
    stepMilliseconds: whole.cpu / steps,
    medianMilliseconds: median(sorted('cpu')),
    maxMilliseconds: sorted('cpu').at(-1),
    medianWall: median(sorted('wall')),
    checkpoints: past.checkpoints.length,
    widest: past.interval,
    megabytes: past.bytes / 2 ** 20,
  }),
);
