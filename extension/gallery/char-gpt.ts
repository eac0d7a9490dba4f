// A11 · Char-GPT: a small Transformer learns to write, letter by letter. Target: loss <= 1.9
//
// Look for: the first loss is near ln(vocabulary), a blind guess. All places of a window are trained
// at once, each seeing only what is to its left. Samples turn from letters to words. To write on a
// text of your own, replace data.corpus by a string.
import { arange, data, F, hyper, log, nn, noGrad, optim, randint, Tensor, tensor } from 'retrograd';

const hp = hyper({ width: 48, layers: 2, window: 32, lr: 0.003, batchSize: 16, steps: 300 });
const story = data.text(data.corpus);

class GPT extends nn.Module {
  symbols = new nn.Embedding(story.vocabulary.size, hp.width);
  places = new nn.Embedding(hp.window, hp.width);
  blocks = new nn.TransformerEncoder(
    new nn.TransformerEncoderLayer(hp.width, 4, {
      dimFeedforward: 4 * hp.width,
      activation: 'gelu',
      dropout: 0,
      normFirst: true,
      batchFirst: true,
    }),
    hp.layers,
  );
  norm = new nn.LayerNorm(hp.width);
  head = new nn.Linear(hp.width, story.vocabulary.size, { bias: false });

  /** Scores [N, T, vocabulary] of what follows each letter of x [N, T]. */
  forward(x: Tensor): Tensor {
    const tokens = this.symbols.forward(x).add(this.places.forward(arange(x.size(1))));
    return this.head.forward(this.norm.forward(this.blocks.forward(tokens, { isCausal: true })));
  }
}

export function train() {
  const windows = story.windows(hp.window);
  const model = new GPT();
  const optimizer = new optim.AdamW(model.parameters(), { lr: hp.lr });
  console.log('ln(vocabulary) =', Math.log(story.vocabulary.size).toFixed(4));

  for (let step = 0; step < hp.steps; step++) {
    const { x, y } = windows.batch(randint(0, windows.length, [hp.batchSize]).toTypedArray());
    const scores = model.forward(x);
    const loss = F.crossEntropy(scores.flatten(0, 1), y.flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
    if (step % 100 === 99) console.log(write(model, 'The ', 80));
  }
}

/** Continues a text: each letter is drawn from what the model expects after the last window. */
function write(model: GPT, beginning: string, count: number): string {
  let text = beginning;
  for (let i = 0; i < count; i++) {
    const x = tensor([story.encode(text.slice(-hp.window))]); // [1, T]
    const scores = noGrad(() => model.forward(x)).select(1, -1); // [1, vocabulary]
    text += story.decode(scores.softmax(1).multinomial(1).flatten());
  }
  return text.replaceAll('\n', ' ');
}
