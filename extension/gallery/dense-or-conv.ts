// C1 · Dense or convolution: the same edges, found with ten weights or with thousands. Target: convError <= 0.001
//
// Look for: both layers see the same 30 pictures. The convolution uses its nine weights everywhere, so
// it has seen enough, and finds the same edges in pictures that it never saw. The dense layer has a
// weight for each pair of pixels, learns the pictures by heart and fails on new ones.
import { F, hyper, log, nn, noGrad, optim, randn, Tensor, tensor } from 'retrograd';

const hp = hyper({ size: 10, pictures: 30, lr: 0.02, steps: 400 });

/** Finds vertical edges: left minus right, row by row. */
const edges = tensor(
  [
    [
      [
        [1, 0, -1],
        [2, 0, -2],
        [1, 0, -1],
      ],
    ],
  ],
  { dtype: 'float32' },
);

class Both extends nn.Module {
  conv = new nn.Conv2d(1, 1, 3);
  dense = new nn.Linear(hp.size ** 2, (hp.size - 2) ** 2);

  /** Shape: [N, 1, size, size] → twice [N, 1, size − 2, size − 2]. */
  forward(x: Tensor): [conv: Tensor, dense: Tensor] {
    const y = this.conv.forward(x);
    return [y, this.dense.forward(x.flatten(1)).reshape(y.shape)];
  }
}

const count = (module: nn.Module): number =>
  module.parameters().reduce((sum, { count }) => sum + count, 0);

export function train() {
  // 32×32×3 → 28×28×6, as in the lecture: each output of a dense layer has a weight for each input.
  const [inputs, outputs] = [32 * 32 * 3, 28 * 28 * 6];
  const filters = new nn.Conv2d(3, 6, 5);
  console.log('dense =', inputs * outputs + outputs, ' convolution =', count(filters));
  console.log('multiplications of one filter =', 28 * 28 * (5 * 5 * 3 * 6));
  console.log('dense to ten classes =', count(new nn.Linear(inputs, 10)));

  const model = new Both();
  console.log('dense here =', count(model.dense), ' convolution here =', count(model.conv));
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  const seen = randn([hp.pictures, 1, hp.size, hp.size]);
  const unseen = randn([hp.pictures, 1, hp.size, hp.size]);
  for (let step = 0; step < hp.steps; step++) {
    const [conv, dense] = model.forward(seen);
    const wanted = F.conv2d(seen, edges);
    const loss = F.mseLoss(conv, wanted).add(F.mseLoss(dense, wanted));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
  const guesses = noGrad(() => model.forward(unseen));
  const [convError, denseError] = guesses.map((y) => F.mseLoss(y, F.conv2d(unseen, edges)));
  log({ convError: convError!, denseError: denseError! });
}
