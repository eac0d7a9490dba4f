// Timed training steps of models that read sequences; the torch peer has the same by name.
import { arange, cat, F, nn, optim, stack, type Tensor } from 'retrograd';
import { classes, inTurn, trained, type Workload } from './workloads';

type Cell = 'RNN' | 'LSTM' | 'GRU';

interface Sizes {
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly time: number;
  readonly lines: number;
}

class CharacterModel extends nn.Module {
  embed: nn.Embedding;
  rnn: nn.Module & { forward(x: Tensor): [output: Tensor, state: unknown] };
  head: nn.Linear;

  constructor(cell: Cell, { vocabulary, embedding, hidden }: Sizes) {
    super();
    this.embed = new nn.Embedding(vocabulary, embedding);
    this.rnn = new nn[cell](embedding, hidden);
    this.head = new nn.Linear(hidden, vocabulary);
  }

  forward(tokens: Tensor): Tensor {
    const [hidden] = this.rnn.forward(this.embed.forward(tokens));
    return this.head.forward(hidden);
  }
}

/** Guesses the next of `vocabulary` symbols at each place of `lines` texts. */
function predictor(
  model: nn.Module & { forward(tokens: Tensor): Tensor },
  shape: readonly [number, number],
  vocabulary: number,
): Workload {
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  const count = shape[0] * shape[1];
  const data = inTurn((batch) => ({
    x: classes(count, vocabulary, 300 + batch).reshape(shape),
    y: classes(count, vocabulary, 400 + batch),
  }));
  return {
    model,
    step: (batch) => {
      const { x, y } = data(batch);
      return trained(optimizer, () =>
        F.crossEntropy(model.forward(x).reshape([-1, vocabulary]), y),
      );
    },
  };
}

const characters = (cell: Cell, sizes: Sizes) => (): Workload =>
  predictor(new CharacterModel(cell, sizes), [sizes.time, sizes.lines], sizes.vocabulary);

const characterCount = 65;
const large: Sizes = {
  vocabulary: characterCount,
  embedding: 64,
  hidden: 128,
  time: 64,
  lines: 32,
};
const small: Sizes = { vocabulary: 64, embedding: 32, hidden: 32, time: 25, lines: 8 };

const [width, heads, context] = [128, 4, 64];

class Block extends nn.Module {
  norm1 = new nn.LayerNorm(width);
  attention = new nn.MultiheadAttention(width, heads, { batchFirst: true });
  norm2 = new nn.LayerNorm(width);
  fc1 = new nn.Linear(width, 4 * width);
  fc2 = new nn.Linear(4 * width, width);

  forward(x: Tensor, mask: Tensor): Tensor {
    const n = this.norm1.forward(x);
    const options = { attnMask: mask, needWeights: false };
    const y = x.add(this.attention.forward(n, n, n, options)[0]);
    return y.add(this.fc2.forward(F.gelu(this.fc1.forward(this.norm2.forward(y)))));
  }
}

class GPT extends nn.Module {
  symbols = new nn.Embedding(characterCount, width);
  places = new nn.Embedding(context, width);
  blocks = Array.from({ length: 4 }, () => new Block());
  norm = new nn.LayerNorm(width);
  head = new nn.Linear(width, characterCount, { bias: false });

  forward(tokens: Tensor): Tensor {
    const at = arange(context);
    const mask = at.unsqueeze(0).gt(at.unsqueeze(1));
    let x = this.symbols.forward(tokens).add(this.places.forward(at));
    for (const block of this.blocks) x = block.forward(x, mask);
    return this.head.forward(this.norm.forward(x));
  }
}

class Encoder extends nn.Module {
  symbols = new nn.Embedding(characterCount, width);
  layers = Array.from(
    { length: 2 },
    () =>
      new nn.TransformerEncoderLayer(width, heads, {
        dimFeedforward: 4 * width,
        dropout: 0,
        batchFirst: true,
      }),
  );
  head = new nn.Linear(width, characterCount);

  forward(tokens: Tensor): Tensor {
    let x = this.symbols.forward(tokens);
    for (const layer of this.layers) x = layer.forward(x);
    return this.head.forward(x);
  }
}

const [source, state, steps, pairs] = [16, 64, 12, 32];

/** Reads a word into states, then writes one, looking at the states by their likeness to its own. */
class Translator extends nn.Module {
  embed = new nn.Embedding(source, state);
  encoder = new nn.GRU(state, state, { batchFirst: true });
  cell = new nn.GRUCell(2 * state, state);
  head = new nn.Linear(state, source);

  forward(tokens: Tensor): Tensor {
    const x = this.embed.forward(tokens);
    const [memory, last] = this.encoder.forward(x);
    let h = last.select(0, 0);
    const outputs: Tensor[] = [];
    for (let t = 0; t < steps; t++) {
      const weights = memory.matmul(h.unsqueeze(2)).squeeze(2).softmax(1);
      const seen = weights.unsqueeze(1).matmul(memory).squeeze(1);
      h = this.cell.forward(cat([x.select(1, t), seen], 1), h);
      outputs.push(this.head.forward(h));
    }
    return stack(outputs, 1);
  }
}

export const sequences: Readonly<Record<string, () => Workload>> = {
  charRNN: characters('RNN', large),
  gru: characters('GRU', large),
  lstm: characters('LSTM', large),
  rnnSmall: characters('RNN', small),
  gruSmall: characters('GRU', small),
  lstmSmall: characters('LSTM', small),
  seq2seq: () => predictor(new Translator(), [pairs, steps], source),
  encoder: () => predictor(new Encoder(), [16, context], characterCount),
  gpt: () => predictor(new GPT(), [12, context], characterCount),
};
