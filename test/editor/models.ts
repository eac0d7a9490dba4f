// Model files that the tests of the editor train. Knows no test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** A model that ships with the extension. */
export function galleryModel(name: string): string {
  const { extensionPath } = vscode.extensions.getExtension('retrograd.retrograd')!;
  return readFileSync(join(extensionPath, 'dist/gallery', name), 'utf8');
}

/** A network that learns a circle; endless unless `steps` is given. */
export function circleModel(steps = Infinity): string {
  return `import { nn, optim, F, hyper, log, rand, type Tensor } from 'retrograd';

const hp = hyper({ hidden: 8, lr: 0.02 });

class Classifier extends nn.Module {
  fc1 = new nn.Linear(2, hp.hidden);
  out = new nn.Linear(hp.hidden, 1);

  forward(points: Tensor): Tensor {
    return this.out.forward(this.fc1.forward(points).tanh()).sigmoid();
  }
}

export function train() {
  const model = new Classifier();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (let step = 0; step < ${steps}; step++) {
    const points = rand([32, 2]).mul(2).sub(1);
    const inside = points.mul(points).sum(1, { keepdim: true }).lt(0.5).to('float32');
    const loss = F.mseLoss(model.forward(points), inside);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}
`;
}

/** A model file with these statements as the body of \`train\`, its first at line 4. */
export function modelWith(body: string, keyword = 'function'): string {
  return `import { nn, log, tensor, randn, optim, type Tensor } from 'retrograd';
void [nn, log, tensor, randn, optim] satisfies unknown[];
export ${keyword} train() {
${body}
}
`;
}
