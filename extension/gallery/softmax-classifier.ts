// P4 · Softmax classifier: scores become probabilities, and one straight border for each pair. Target: accuracy >= 0.97
//
// Look for: who knows nothing guesses 1/4, and the loss is ln 4 = 1.3863. The gradient at the scores
// is p − y: what was said minus what is true. It sums to 0 over the classes: what one class gains,
// the others lose.
import { data, F, hyper, log, nn, noGrad, optim, Tensor, zeros } from 'retrograd';

const hp = hyper({ classes: 4, lr: 0.5, batchSize: 50, epochs: 15 });

class Classifier extends nn.Module {
  w = new nn.Parameter(zeros([2, hp.classes]));
  b = new nn.Parameter(zeros([hp.classes]));

  forward(x: Tensor): Tensor {
    return x.matmul(this.w).add(this.b); // [N, 2] · [2, classes] + [classes] → [N, classes]
  }
}

export function train() {
  const clouds = data.gaussians({ classes: hp.classes, count: 1000, noise: 0.15 });
  const [known, unseen] = data.randomSplit(clouds, [0.8, 0.2]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Classifier();
  const optimizer = new optim.SGD(model.parameters(), { lr: hp.lr });
  for (const classes of [10, 4, 27]) {
    const blind = F.crossEntropy(zeros([1, classes]), zeros([1], { dtype: 'int32' }));
    console.log(`ln ${classes} =`, blind.item().toFixed(4));
  }

  let accuracy = 1 / hp.classes;
  for (const { x, y } of loader.epochs(hp.epochs)) {
    const scores = model.forward(x);
    scores.retainGrad();
    const loss = F.crossEntropy(scores, y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, gap: gap(scores, y), accuracy });
    accuracy = evaluate(model, unseen.all());
  }
  log({ accuracy });
}

/** How far dL/dscores is from p − y (a mean over the batch, so divided by N). */
function gap(scores: Tensor, y: Tensor): number {
  const p = scores.detach().softmax(1); // [N, classes], rows sum to 1
  const expected = p.sub(F.oneHot(y, { numClasses: hp.classes })).div(scores.size(0));
  return scores.grad!.sub(expected).abs().amax().item();
}

/** The share of points, none of them seen in training, that get their own class. */
function evaluate(model: Classifier, { x, y }: data.Batch): number {
  const guess = noGrad(() => model.forward(x)).argmax(1); // [N]
  return guess.eq(y).to('float32').mean().item();
}
