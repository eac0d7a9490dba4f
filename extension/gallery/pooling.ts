// C7 · Pooling: the largest of each window, and the gradient goes to the winner alone. Target: loss <= 0.001
//
// Look for: max pooling has no weights. Of sixteen pixels only the four winners get a gradient, so
// only they move while the picture learns to be pooled to 9 9 9 9, and the other twelve stay as they
// were. Average pooling hands every pixel a quarter.
import { F, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ kind: 'max', lr: 0.4, steps: 25 });

class Picture extends nn.Module {
  x = new nn.Parameter(
    tensor(
      [
        [
          [1, 1, 2, 4],
          [5, 6, 7, 8],
          [3, 2, 1, 0],
          [1, 2, 3, 4],
        ],
      ],
      { dtype: 'float32' },
    ),
  ); // [1, 4, 4]
  pool = hp.kind === 'max' ? new nn.MaxPool2d(2, { stride: 2 }) : new nn.AvgPool2d(2);

  forward(): Tensor {
    return this.pool.forward(this.x); // [1, 4, 4] → [1, 2, 2]
  }
}

export function train() {
  const model = new Picture();
  const optimizer = new optim.SGD(model.parameters(), { lr: hp.lr });
  const wanted = tensor(
    [
      [
        [9, 9],
        [9, 9],
      ],
    ],
    { dtype: 'float32' },
  );
  const list = (x: Tensor): string => JSON.stringify(x.flatten().toArray());
  console.log('max =', list(F.maxPool2d(model.x, 2)));
  console.log('average =', list(F.avgPool2d(model.x, 2)));
  console.log('weights of the pool =', model.pool.parameters().length);

  for (let step = 0; step < hp.steps; step++) {
    const y = model.forward(); // 6 8 / 3 4 at first
    const loss = F.mseLoss(y, wanted);
    optimizer.zeroGrad();
    loss.backward();
    const touched = model.x.grad!.ne(0).to('float32'); // 1 where a gradient arrives
    if (step === 0) console.log('touched =', list(touched));
    optimizer.step();
    log({ loss, winners: touched.sum() });
  }
  console.log('x =', list(model.x.round()));
}
