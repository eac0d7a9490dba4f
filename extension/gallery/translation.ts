// S5 · Translation: number words to digits, with attention and input feeding. Target: exactMatch >= 0.95
//
// Look for: where the decoder looks. "three hundred and forty two" becomes 342: three, forty, two. The
// digits light up from left to right, and words that say only where a digit goes, like "hundred", are
// read when a digit is missing. Source and target have vocabularies and lengths of their own.
import { cat, data, F, full, hyper, log, nn, noGrad, optim, stack, Tensor, zeros } from 'retrograd';

const hp = hyper({ hidden: 48, lr: 0.01, batchSize: 50, count: 1500, epochs: 10 });
const numbers = data.spelledNumbers({ below: 1000, count: hp.count + 200 });
const steps = numbers.targets.shape[0]! - 1; // digits and the end mark

class Translator extends nn.Module {
  words = new nn.Embedding(numbers.source.size, 24, { paddingIdx: data.pad });
  digits = new nn.Embedding(numbers.target.size, 16);
  encoder = new nn.GRU(24, hp.hidden, { batchFirst: true, bidirectional: true });
  decoder = new nn.GRUCell(16 + hp.hidden, hp.hidden);
  attention = new nn.AdditiveAttention(hp.hidden, 2 * hp.hidden, hp.hidden);
  mix = new nn.Linear(3 * hp.hidden, hp.hidden);
  head = new nn.Linear(hp.hidden, numbers.target.size);

  /** Each step reads the true symbol y[:, t], or without y its own last guess. */
  forward(x: Tensor, y?: Tensor): { scores: Tensor; weights: Tensor } {
    const [states] = this.encoder.forward(this.words.forward(x)); // [N, S] → [N, S, 2 · hidden]
    let [h, fed] = [zeros([x.size(0), hp.hidden]), zeros([x.size(0), hp.hidden])];
    let symbol = full([x.size(0)], data.start);
    const [outputs, rows]: [Tensor[], Tensor[]] = [[], []];
    for (let t = 0; t < steps; t++) {
      const read = this.digits.forward(y ? y.select(1, t) : symbol); // [N, 16]
      h = this.decoder.forward(cat([read, fed], 1), h); // [N, hidden]
      const [context, weights] = this.attention.forward(h, states, { mask: x.ne(data.pad) });
      fed = this.mix.forward(cat([context, h], 1)).tanh(); // [N, 3 · hidden] → [N, hidden]
      const scores = this.head.forward(fed); // [N, symbols]
      symbol = scores.argmax(1);
      outputs.push(scores);
      rows.push(weights);
    }
    return { scores: stack(outputs, 1), weights: stack(rows, 1) }; // [N, T, symbols], [N, T, S]
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(numbers, [hp.count, 200]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Translator();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const { scores } = model.forward(x, y);
    const wanted = y.slice(1, 1).flatten(); // y[:, 1:], all but the start mark
    const loss = F.crossEntropy(scores.flatten(0, 1), wanted, { ignoreIndex: data.pad });
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  const { scores, weights } = noGrad(() => model.forward(x));
  const [said, wanted] = [scores.argmax(2), y.slice(1, 1)].map((z) => z.toArray() as number[][]);
  const right = said!.filter((row, i) => numbers.read(row) === numbers.read(wanted![i]!));
  log({ exactMatch: right.length / said!.length, forward: lookForward(x, weights) });
  console.log(
    numbers.source.decode(x.select(0, 0)).replaceAll(' _', ''),
    '→',
    numbers.read(said![0]!),
  );
}

/** How often a decoder's second digit looks further right than its first: the alignment's direction. */
function lookForward(x: Tensor, weights: Tensor): Tensor {
  const three = x.ne(data.pad).to('int32').sum(1).ge(5).to('float32'); // hundreds, tens and ones
  const places = weights.argmax(2); // [N, T]
  const right = places.select(1, 2).gt(places.select(1, 0)).to('float32');
  return right.mul(three).sum().div(three.sum());
}
