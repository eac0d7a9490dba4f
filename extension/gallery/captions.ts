// S3 · Captions: a ConvNet looks at a scene, a recurrent network says what it sees. Target: exactMatch >= 0.95
//
// Look for: one picture, many words. The ConvNet's features become the first state of the GRU, and
// from then on each word is drawn from the state and the word before it (one-to-many).
import { data, F, full, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({ hidden: 96, lr: 0.002, batchSize: 50, count: 4000, epochs: 7 });

const scenes = data.scenes({ count: hp.count + 300 });
const words = scenes.target;

class Eye extends nn.Module {
  conv1 = new nn.Conv2d(3, 16, 3, { padding: 1 });
  norm1 = new nn.BatchNorm2d(16);
  conv2 = new nn.Conv2d(16, 24, 3, { padding: 1 });
  norm2 = new nn.BatchNorm2d(24);
  pool = new nn.MaxPool2d(2);
  fc = new nn.Linear(24 * 4 * 4, hp.hidden);

  forward(x: Tensor): Tensor {
    x = this.pool.forward(this.norm1.forward(this.conv1.forward(x)).relu()); // [N, 3, 16, 16] → [N, 16, 8, 8]
    x = this.pool.forward(this.norm2.forward(this.conv2.forward(x)).relu()); // → [N, 24, 4, 4]
    return this.fc.forward(x.flatten(1)); // [N, hidden]
  }
}

class Captioner extends nn.Module {
  eye = new Eye();
  embed = new nn.Embedding(words.size, 24);
  rnn = new nn.GRU(24, hp.hidden, { batchFirst: true });
  head = new nn.Linear(hp.hidden, words.size);

  /** Scores [N, T, words] for the word after each of `spoken` [N, T], and the state after them. */
  forward(h: Tensor, spoken: Tensor): [Tensor, Tensor] {
    const [states, last] = this.rnn.forward(this.embed.forward(spoken), h); // [N, T, hidden]
    return [this.head.forward(states), last];
  }

  /** What it says about pictures [N, 3, 16, 16]: each word is the likeliest after the last. */
  describe(pictures: Tensor, length: number): string[] {
    let h = this.eye.forward(pictures).unsqueeze(0); // [1, N, hidden]
    let word = full([pictures.size(0), 1], data.start);
    const spoken: number[][] = Array.from({ length: pictures.size(0) }, () => []);
    for (let t = 0; t < length; t++) {
      const [scores, next] = this.forward(h, word);
      [h, word] = [next, scores.argmax(2)]; // [N, 1]
      word.toTypedArray().forEach((number, i) => spoken[i]!.push(number));
    }
    return spoken.map((numbers) => scenes.read(numbers));
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(scenes, [hp.count, 300]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Captioner();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const h = model.eye.forward(x).unsqueeze(0); // [1, N, hidden]
    const [scores] = model.forward(h, y.slice(1, 0, -1)); // y[:, :-1]: all words but the last
    const next = y.slice(1, 1); // y[:, 1:]: all words but the first
    const loss = F.crossEntropy(scores.flatten(0, 1), next.flatten(), { ignoreIndex: data.pad });
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  model.eval();
  const { x, y } = unseen.all();
  const said = noGrad(() => model.describe(x, y.size(1)));
  const wanted = said.map((_, i) => scenes.read(y.select(0, i).toTypedArray()));
  log({ exactMatch: said.filter((caption, i) => caption === wanted[i]).length / said.length });
  for (let i = 0; i < 5; i++) console.log(`says: ${said[i]}   drawn: ${wanted[i]}`);
}
