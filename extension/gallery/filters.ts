// C6 · Filters: each has the depth of its input, and makes one map. Target: error <= 0.01
//
// Look for: one 5×5 filter on a 32×32×3 picture is a dot product over 5 · 5 · 3 = 75 numbers, plus a
// bias, at 28×28 places: one map. Six filters make six maps, 28×28×6. In training, three filters of
// depth 3 learn from pictures what hand-made ones do: find red, find edges, blur the light.
import { F, hyper, log, nn, optim, rand, Tensor, tensor, zeros } from 'retrograd';

const hp = hyper({ lr: 0.05, batchSize: 16, steps: 200 });

const nothing = [
  [0, 0, 0],
  [0, 0, 0],
  [0, 0, 0],
];
const center = [
  [0, 0, 0],
  [0, 1, 0],
  [0, 0, 0],
];
const edge = [
  [1, 0, -1],
  [1, 0, -1],
  [1, 0, -1],
];
const blur = [
  [0, 0.1, 0],
  [0.1, 0.1, 0.1],
  [0, 0.1, 0],
];
const opposite = center.map((row) => row.map((value) => -value / 2));

/** [3 filters, 3 colours, 3, 3]. */
const teacher = tensor(
  [
    [center, opposite, opposite], // red, and neither green nor blue
    [edge, edge, edge], // light on the left, dark on the right
    [blur, blur, nothing], // red and green, out of focus
  ],
  { dtype: 'float32' },
);

export function train() {
  const count = (module: nn.Module): number =>
    module.parameters().reduce((sum, { count }) => sum + count, 0);
  const shape = (module: nn.Conv2d): string =>
    module
      .forward(zeros([1, 3, 32, 32]))
      .shape.slice(1)
      .join(' ');
  const [one, six, ten] = [1, 6, 10].map((filters) => new nn.Conv2d(3, filters, 5)) as [
    nn.Conv2d,
    nn.Conv2d,
    nn.Conv2d,
  ];
  console.log('one filter =', shape(one), ' weights and bias =', count(one));
  console.log('six filters =', shape(six), ' weights of ten =', count(ten));
  console.log('first layer of AlexNet =', count(new nn.Conv2d(3, 96, 11, { stride: 4 })));

  const model = new nn.Conv2d(3, 3, 3);
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (let step = 0; step < hp.steps; step++) {
    const x = rand([hp.batchSize, 3, 12, 12]);
    const maps = model.forward(x); // [N, 3, 12, 12] → [N, 3 maps, 10, 10]
    const loss = F.mseLoss(maps, F.conv2d(x, teacher));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, error: distance(model.weight) });
  }
}

/** How far the learned filters are from the hand-made ones, at most. */
function distance(weight: Tensor): Tensor {
  return weight.sub(teacher).abs().amax();
}
