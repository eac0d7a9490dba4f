// A10 · A Transformer translates: number words to digits, without recurrence. Target: exactMatch >= 0.99
//
// Look for: the encoder reads "three hundred and forty two" at once; the decoder writes 342 digit by
// digit, and its cross-attention goes from three to forty to two. Training reads the true answer in
// one go (teacher forcing); writing by itself takes one pass for each digit.
import { cat, data, F, full, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({ width: 32, lr: 0.004, batchSize: 32, count: 4000, epochs: 10 });
const numbers = data.spelledNumbers({ below: 1000, count: hp.count + 200 });
const answerLength = numbers.targets.shape[0]! - 1; // digits and the end mark

class Translator extends nn.Module {
  source = new nn.Embedding(numbers.source.size, hp.width);
  target = new nn.Embedding(numbers.target.size, hp.width);
  positions = new nn.PositionalEncoding(hp.width, { maxLen: 8, batchFirst: true });
  transformer = new nn.Transformer({
    dModel: hp.width,
    nhead: 4,
    numEncoderLayers: 1,
    numDecoderLayers: 1,
    dimFeedforward: 2 * hp.width,
    dropout: 0,
    normFirst: true,
    batchFirst: true,
  });
  head = new nn.Linear(hp.width, numbers.target.size);

  /** Scores [N, T, symbols] of what follows each symbol of `written` [N, T]. */
  forward(x: Tensor, written: Tensor): Tensor {
    const scale = Math.sqrt(hp.width);
    const source = this.positions.forward(this.source.forward(x).mul(scale)); // [N, S, width]
    const target = this.positions.forward(this.target.forward(written).mul(scale)); // [N, T, width]
    const padding = x.eq(data.pad); // [N, S], true where there is nothing to look at
    const y = this.transformer.forward(source, target, {
      tgtIsCausal: true,
      srcKeyPaddingMask: padding,
      memoryKeyPaddingMask: padding,
    });
    return this.head.forward(y);
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(numbers, [hp.count, 200]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Translator();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const scores = model.forward(x, y.slice(1, 0, -1)); // it reads y[:, :-1] …
    const wanted = y.slice(1, 1).flatten(); // … and says y[:, 1:]
    const loss = F.crossEntropy(scores.flatten(0, 1), wanted, { ignoreIndex: data.pad });
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  let written = full([x.size(0), 1], data.start);
  for (let t = 0; t < answerLength; t++) {
    const next = noGrad(() => model.forward(x, written))
      .select(1, -1)
      .argmax(1); // [N]
    written = cat([written, next.unsqueeze(1)], 1);
  }
  const [said, wanted] = [written, y].map((z) => z.slice(1, 1).toArray() as number[][]);
  const right = said!.filter((row, i) => numbers.read(row) === numbers.read(wanted![i]!));
  log({ exactMatch: right.length / said!.length });
  console.log(
    numbers.source.decode(x.select(0, 0)).replaceAll(' _', ''),
    '→',
    numbers.read(said![0]!),
  );
}
