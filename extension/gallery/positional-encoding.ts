// A6 · Positional encoding: waves tell attention which place is which. Target: accuracy >= 0.98
//
// Look for: fast waves in the first features, slow ones in the last, so that each place has a pattern
// of its own; the product of two patterns depends on their distance only. The model has to name the
// second letter of a word. Set waves=false: attention sees a bag of letters, and can only guess.
import { data, F, hyper, log, nn, optim, Tensor } from 'retrograd';

const hp = hyper({ waves: true, width: 32, lr: 0.01, batchSize: 50, count: 1500, epochs: 6 });
const [length, letters] = [8, 'abcdefgh'];

class SecondLetter extends nn.Module {
  symbols = new nn.Embedding(letters.length, hp.width);
  positions = new nn.PositionalEncoding(hp.width, { maxLen: length, batchFirst: true });
  attention = new nn.MultiheadAttention(hp.width, 1, { batchFirst: true });
  head = new nn.Linear(hp.width, letters.length);

  forward(x: Tensor): Tensor {
    let tokens = this.symbols.forward(x); // [N, T] → [N, T, width]
    if (hp.waves) tokens = this.positions.forward(tokens);
    const [context] = this.attention.forward(tokens, tokens, tokens); // [N, T, width]
    return this.head.forward(context.mean(1)); // [N, letters]
  }
}

export function train() {
  const { pe } = new nn.PositionalEncoding(4, { maxLen: 4 }); // [4, 4]
  const digits = (x: Tensor): string =>
    [...x.toTypedArray()].map((value) => value.toFixed(4)).join(' ');
  for (let position = 0; position < 4; position++)
    console.log(`p${position} =`, digits(pe.select(0, position)));
  const far = new nn.PositionalEncoding(hp.width, { maxLen: 20 }).pe;
  const products = far.matmul(far.t()); // [20, 20]
  console.log('p3 · p5 =', digits(products.select(0, 3).select(0, 5)));
  console.log('p12 · p14 =', digits(products.select(0, 12).select(0, 14)));

  const words = data.copy({ length, letters, count: hp.count });
  const loader = data.loader(words, { batchSize: hp.batchSize, shuffle: true });
  const model = new SecondLetter();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (const { x: symbols } of loader.epochs(hp.epochs)) {
    const x = symbols.sub(data.end + 1); // without the marks: 0…7, [N, T]
    const y = x.select(1, 1); // [N]
    const scores = model.forward(x);
    const loss = F.crossEntropy(scores, y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, accuracy: scores.argmax(1).eq(y).to('float32').mean() });
  }
}
