// C5 · The size formula: how large a convolution's output is. Target: error <= 0
//
// Look for: (W − F + 2P) / S + 1, with width W, filter F, padding P, stride S. Each training step is
// one line of the table. Where the division leaves a rest, as for 7, 3, 3, the windows do not cover
// the picture: like PyTorch, the layer rounds down and never reads the last column.
import { hyper, log, nn, optim, randn } from 'retrograd';

const hp = hyper({ lr: 0.1 });

const table = [
  { W: 32, F: 5, S: 1, P: 0 }, // 28
  { W: 7, F: 3, S: 1, P: 0 }, // 5
  { W: 7, F: 3, S: 2, P: 0 }, // 3
  { W: 7, F: 3, S: 3, P: 0 }, // 2.33: does not fit
  { W: 7, F: 3, S: 1, P: 1 }, // 7: P = (F − 1) / 2 keeps the size
  { W: 32, F: 5, S: 1, P: 2 }, // 32
  { W: 28, F: 5, S: 1, P: 0 }, // 24
  { W: 227, F: 11, S: 4, P: 0 }, // 55: the first layer of AlexNet
];

function formula({ W, F, S, P }: (typeof table)[number]): number {
  return (W - F + 2 * P) / S + 1;
}

export function train() {
  let error = 0;
  for (const row of table) {
    const { W, F, S, P } = row;
    const conv = new nn.Conv2d(1, 1, F, { stride: S, padding: P });
    const optimizer = new optim.SGD(conv.parameters(), { lr: hp.lr });
    const x = randn([1, 1, W, W]);
    const y = conv.forward(x); // [1, 1, W, W] → [1, 1, size, size]
    const loss = y.pow(2).mean();
    loss.backward();
    optimizer.step();

    const [size, exact] = [y.size(3), formula(row)];
    const note = Number.isInteger(exact) ? '' : ' does not fit, rounded down';
    console.log(`W=${W} F=${F} S=${S} P=${P}: ${Number(exact.toFixed(2))}${note} = ${size}`);
    error = Math.max(error, Math.abs(Math.floor(exact) - size));
    log({ loss, size, error });
  }
}
