// S2 · Char-RNN: a recurrent network learns to write, letter by letter. Target: loss <= 1.3
//
// Look for: the loss starts at ln(vocabulary), a blind guess, and the samples turn from noise into
// letters, words, phrases. The state h is carried from chunk to chunk, but detach() cuts the gradient:
// truncated backpropagation through time. Remove detach() and the second backward() explains itself.
import { data, F, hyper, log, nn, noGrad, optim, Tensor, tensor, zeros } from 'retrograd';

const hp = hyper({ hidden: 96, lr: 0.004, chunk: 24, batchSize: 16, epochs: 25 });

const story = data.text(data.corpus);

class CharRNN extends nn.Module {
  embed = new nn.Embedding(story.vocabulary.size, 24);
  rnn = new nn.RNN(24, hp.hidden, { batchFirst: true });
  head = new nn.Linear(hp.hidden, story.vocabulary.size);

  forward(x: Tensor, h: Tensor): [Tensor, Tensor] {
    const [states, last] = this.rnn.forward(this.embed.forward(x), h); // [N, T] → [N, T, hidden]
    return [this.head.forward(states), last]; // [N, T, vocabulary], [1, N, hidden]
  }
}

export function train() {
  const model = new CharRNN();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  const chunks = story.chunks(hp.chunk, { batchSize: hp.batchSize });
  const start = zeros([1, hp.batchSize, hp.hidden]);

  let h = start;
  for (const { x, y, first, epoch } of chunks.epochs(hp.epochs)) {
    if (first) h = start;
    const [scores, last] = model.forward(x, h);
    h = last.detach(); // the value goes on, the gradient stops here
    const loss = F.crossEntropy(scores.flatten(0, 1), y.flatten()); // [N·T, vocabulary], [N·T]
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
    if (first && epoch % 5 === 0) console.log(`epoch ${epoch}: ${write(model, 'The ', 80)}`);
  }
  console.log(write(model, 'The keeper ', 200));
}

/** Continues a text: each letter is drawn from what the model expects, then read in its turn. */
function write(model: CharRNN, beginning: string, count: number): string {
  return noGrad(() => {
    let text = beginning;
    let x = tensor([story.encode(beginning)]); // [1, T]
    let h = zeros([1, 1, hp.hidden]);
    for (let i = 0; i < count; i++) {
      const [scores, last] = model.forward(x, h);
      x = scores.select(1, -1).softmax(1).multinomial(1); // [1, T, vocabulary] → [1, 1]
      h = last;
      text += story.decode(x);
    }
    return text.replaceAll('\n', ' ');
  });
}
