// R2 · Hello RNN: four letters, three hidden units, one word. Target: loss <= 0.05
//
// Look for: each letter goes in as one-hot, and out come scores for the next. After the first l comes
// another l, after the second an o: only the state h can tell them apart. Before training the loss is
// near ln 4 = 1.386. The printed table is the lecture's: its scores, and what softmax makes of them.
import { F, hyper, log, nn, noGrad, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ hidden: 3, lr: 0.1, steps: 80 });
const letters = ['h', 'e', 'l', 'o'];

class CharRNN extends nn.Module {
  rnn = new nn.RNNCell(4, hp.hidden);
  head = new nn.Linear(hp.hidden, 4);

  forward(x: Tensor, h?: Tensor): [scores: Tensor, h: Tensor] {
    h = this.rnn.forward(x, h); // [1, 4], [1, hidden] → [1, hidden]
    return [this.head.forward(h), h]; // [1, 4]
  }
}

const oneHot = (letter: string): Tensor =>
  F.oneHot(tensor([letters.indexOf(letter)]), { numClasses: 4 }).to('float32'); // [1, 4]

export function train() {
  lectureTable();
  const model = new CharRNN();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (let step = 0; step < hp.steps; step++) {
    let loss = tensor(0, { dtype: 'float32' });
    let h: Tensor | undefined;
    for (const [letter, next] of ['he', 'el', 'll', 'lo']) {
      const [scores, state] = model.forward(oneHot(letter!), h);
      h = state;
      loss = loss.add(F.crossEntropy(scores, tensor([letters.indexOf(next!)])).div(4));
    }
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
  console.log('h continues as', write(model));
}

/** What the model writes after an h, always taking the likeliest letter. */
function write(model: CharRNN): string {
  let [word, h]: [string, Tensor | undefined] = ['h', undefined];
  for (let t = 0; t < 4; t++) {
    const [scores, state] = noGrad(() => model.forward(oneHot(word.at(-1)!), h));
    h = state;
    word += letters[scores.argmax(1).item()] ?? '';
  }
  return word;
}

function lectureTable(): void {
  const scores = tensor([
    [1, 2.2, -3, 4.1],
    [0.5, 0.3, -1, 1.2],
    [0.1, 0.5, 1.9, -1.1],
    [0.2, -1.5, -0.1, 2.2],
  ]);
  const p = scores.softmax(1); // [4, 4], rows sum to 1
  const losses = F.crossEntropy(scores, tensor([1, 2, 2, 3]), { reduction: 'none' }); // e, l, l, o
  const digits = (x: Tensor): string =>
    [...x.toTypedArray()].map((value) => value.toFixed(4)).join(' ');
  console.log('p after h =', digits(p.select(0, 0)));
  console.log(
    'losses =',
    digits(losses),
    ' sum =',
    digits(losses.sum()),
    ' mean =',
    digits(losses.mean()),
  );
}
