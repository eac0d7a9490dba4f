// Programs that keep their state in all the ways in which programs do. Knows no test.

const head = `import { nn, optim, F, data, log, randn, zeros, tensor, noGrad, hyper, type Tensor } from 'retrograd';\n`;

const net = `class Net extends nn.Module {
  a = new nn.Linear(4, 8); b = new nn.Linear(8, 3); drop = new nn.Dropout(0.3); norm = new nn.BatchNorm1d(8);
  forward(x: Tensor): Tensor { return this.b.forward(this.drop.forward(this.norm.forward(this.a.forward(x)).tanh())); }
}
const set = new data.TensorDataset(randn([30, 4]), randn([30, 3]));
`;

const step = (x = 'x', y = 'y'): string =>
  `opt.zeroGrad(); const loss = F.mseLoss(net.forward(${x}), ${y}); loss.backward(); opt.step(); log({ loss });`;

/** Each trains some 40 steps; all of them can be captured. */
export const seekable: Readonly<Record<string, string>> = {
  'epochs in one loop, shuffled, with dropout, batch norm and Adam': `${head}${net}
export function train() {
  const net = new Net(); const opt = new optim.Adam(net.parameters(), { lr: 0.01 });
  for (const { x, y } of data.loader(set, { batchSize: 8, shuffle: true }).epochs(10)) { ${step()} }
}`,
  'epochs around batches, with a schedule, sums and a history': `${head}${net}
export function train() {
  const net = new Net(); const opt = new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
  const schedule = new optim.lrScheduler.StepLR(opt, 3);
  const loader = data.loader(set, { batchSize: 8, shuffle: true, dropLast: true });
  const losses: number[] = []; let best = Infinity;
  for (let epoch = 0; epoch < 13; epoch++) {
    let sum = 0; const start = losses.length;
    for (const { x, y } of loader) { ${step()} sum += loss.item(); losses.push(loss.item()); }
    best = Math.min(best, sum); schedule.step();
    log({ mean: sum / (losses.length - start), best, lr: schedule.getLastLr()[0] });
  }
}`,
  'a for loop whose function is called for each epoch': `${head}${net}
function trainEpoch(net: Net, opt: optim.Adam, epoch: number) {
  const seen: number[] = []; const rate = 0.01 / (epoch + 1);
  opt.paramGroups[0].lr = rate;
  for (let i = 0; i < 5; i++) { const x = randn([6, 4]), y = randn([6, 3]); ${step()} seen.push(loss.item() * rate); }
  return seen;
}
export function train() {
  const net = new Net(); const opt = new optim.Adam(net.parameters(), { lr: 0.01 }); const all: number[][] = [];
  for (const epoch of [0, 1, 2, 3, 4, 5, 6, 7]) { all.push(trainEpoch(net, opt, epoch)); log({ mean: all.at(-1)!.reduce((a, b) => a + b) }); }
}`,
  'while, with Maps, Sets, Dates, typed arrays and objects': `${head}${net}
const counts = new Map<string, number>(); const seen = new Set<number>(); const sums = new Float32Array(4); let total = 0;
export function train() {
  const net = new Net(); const opt = new optim.RMSprop(net.parameters(), { lr: 0.01 });
  const state: any = { best: { loss: Infinity, at: 0 }, last: null }; let i = 0; const day = new Date(0);
  while (i < 40) {
    const { x, y } = set.batch([i % 30, (i * 7) % 30, (i * 3) % 30]); ${step()}
    const value = loss.item(); const key = 'k' + (i % 3);
    counts.set(key, (counts.get(key) ?? 0) + value); if (i % 5 === 0) seen.add(i); if (i % 7 === 0) seen.delete(i - 10);
    sums[i % 4] += value; total += value; day.setTime(day.getTime() + 1000);
    if (value < state.best.loss) state.best = { loss: value, at: i };
    state['f' + (i % 4)] = value; if (i % 6 === 0) delete state.f1; state.last = x.mean();
    opt.paramGroups[0].lr = 0.01 / (1 + 0.1 * total + sums[0] + (counts.get('k1') ?? 0) + seen.size + day.getTime() / 1e6 + Object.keys(state).length);
    i++;
  }
}`,
  'do … while, closures that count, a class with private fields': `${head}${net}
class Meter { #sum = 0; #count = 0; static #all = 0; #values: number[] = []; add(v: number) { this.#sum += v; this.#count++; Meter.#all++; this.#values.push(v); } get mean() { return this.#sum / this.#count + Meter.#all * 1e-3 + this.#values.length; } }
function counter() { let n = 0; const list: number[] = []; return { next: () => { n++; list.push(n); return n + list.length; } }; }
export function train() {
  const net = new Net(); const opt = new optim.AdamW(net.parameters(), { lr: 0.01 }); const meter = new Meter(); const count = counter(); let calls = 0;
  const tick = () => { calls++; return calls; };
  do { const x = randn([5, 4]), y = randn([5, 3]); ${step()} meter.add(loss.item()); opt.paramGroups[0].lr = 0.01 / (count.next() + meter.mean + tick()); log({ n: meter.mean }); } while (calls < 40);
}`,
  'a hidden state that is carried from chunk to chunk': `${head}
class RNN extends nn.Module { embed = new nn.Embedding(30, 6); rnn = new nn.LSTM(6, 8, { batchFirst: true }); out = new nn.Linear(8, 30); }
export async function train() {
  const text = data.text('to be or not to be that is the question whether tis nobler in the mind to suffer the slings and arrows of outrageous fortune');
  const net = new RNN(); const opt = new optim.Adam(net.parameters(), { lr: 0.01 }); let state: any; let average = zeros([8]);
  for await (const { x, y, first } of text.chunks(8, { batchSize: 2 }).epochs(6)) {
    if (first) state = undefined;
    const [out, next] = net.rnn.forward(net.embed.forward(x), state);
    const loss = F.crossEntropy(net.out.forward(out).reshape([-1, 30]), y.reshape([-1]));
    opt.zeroGrad(); loss.backward(); opt.step(); state = next.map((s: Tensor) => s.detach());
    average = average.mul(0.9).add(state[0].mean([0, 1]).detach().mul(0.1)); log({ loss, average: average.sum() });
  }
}`,
  'a graph that is kept, and gradients that are summed over steps': `${head}${net}
export function train() {
  const net = new Net(); const opt = new optim.SGD(net.parameters(), { lr: 0.05 }); let carried = zeros([4, 3]); let n = 0;
  for (const { x, y } of data.loader(set, { batchSize: 4, dropLast: true }).epochs(6)) {
    const out = net.forward(x).add(carried.mul(0.1)); const loss = F.mseLoss(out, y); loss.backward(undefined, { retainGraph: true });
    carried = n % 3 === 2 ? out.detach() : out; if (++n % 3 === 0) { opt.step(); opt.zeroGrad(); } log({ loss });
  }
}`,
  'generative adversarial nets with two optimizers': `${head}
class G extends nn.Module { a = new nn.Linear(2, 8); b = new nn.Linear(8, 2); forward(z: Tensor) { return this.b.forward(this.a.forward(z).relu()); } }
class D extends nn.Module { a = new nn.Linear(2, 8); b = new nn.Linear(8, 1); forward(x: Tensor) { return this.b.forward(this.a.forward(x).relu()); } }
export function train() {
  const [g, d] = [new G(), new D()]; const og = new optim.Adam(g.parameters(), { lr: 0.01 }), od = new optim.Adam(d.parameters(), { lr: 0.01 });
  for (let i = 0; i < 40; i++) {
    const real = randn([8, 2]); const fake = g.forward(randn([8, 2]));
    od.zeroGrad(); const ld = d.forward(fake.detach()).mean().sub(d.forward(real).mean()); ld.backward(); od.step();
    og.zeroGrad(); const lg = d.forward(fake).mean().neg(); lg.backward(); og.step(); log({ ld, lg });
  }
}`,
  'learning rates by a plateau, and a function that is made in each epoch': `${head}${net}
export function train() {
  const net = new Net(); const opt = new optim.SGD(net.parameters(), { lr: 0.1 }); const plateau = new optim.lrScheduler.ReduceLROnPlateau(opt, { patience: 1 });
  for (let epoch = 0; epoch < 8; epoch++) {
    let worst = 0; const note = (v: number) => { worst = Math.max(worst, v); }; const scale = 1 + epoch / 10;
    for (let i = 0; i < 5; i++) { const x = randn([6, 4]), y = randn([6, 3]).mul(scale); ${step()} note(loss.item()); }
    plateau.step(worst); log({ worst });
  }
}`,
};
