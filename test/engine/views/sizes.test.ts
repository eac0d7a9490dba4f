// No answer to a view is larger than a message may be, however large the step.
import assert from 'node:assert/strict';
import { serialize } from 'node:v8';
import type { ProbeAnswer, StepViewRequests } from '../../../engine/protocol';
import { Lab } from '../session/runs';
import { ask, made, whole } from './view';

/** Bytes of one message between engine and page. */
const most = 256 * 1024;

/** Large images, a long sequence under many heads, a long loop, many layers. */
const large = `
import { nn, optim, randn, zeros, log } from 'retrograd';
class Large extends nn.Module {
  conv = new nn.Conv2d(3, 40, 5, { padding: 2 });
  pool = new nn.MaxPool2d(2);
  cell = new nn.LSTMCell(4, 40);
  attention = new nn.MultiheadAttention(32, 16, { batchFirst: true });
  norm = Array.from({ length: 12 }, () => new nn.LayerNorm(32));
  forward(images) {
    const maps = this.pool.forward(this.conv.forward(images));
    let [h, c] = this.cell.forward(zeros([1, 4]));
    let loss = h.sum();
    for (let t = 0; t < 300; t++) {
      [h, c] = this.cell.forward(zeros([1, 4]), [h, c]);
      loss = loss.add(h.sum());
    }
    let x = maps.slice(1, 0, 1).slice(2, 0, 32).slice(3, 0, 32).reshape([1, 32, 32]);
    x = this.attention.forward(x.repeat([1, 12, 1]), x, x)[0];
    for (const norm of this.norm) x = x.add(norm.forward(x));
    return loss.add(maps.mean()).add(x.mean());
  }
}
export function train() {
  const model = new Large();
  const opt = new optim.SGD(model.parameters(), { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    opt.zeroGrad();
    const loss = model.forward(randn([1, 3, 240, 240]));
    loss.backward();
    opt.step();
    log({ loss });
  }
}`;

describe('answers to views', () => {
  it('fit into a message, each kind of them', async () => {
    const { view, last: position, ...asked } = await ask(large);
    const nodes = Array.from({ length: 600 }, (_, i) => i);
    const [window, pool] = asked.windowLayers();
    const series = asked.series();
    const [{ row: attention }] = asked.attentions();
    const conv = made(view, 'conv2d');
    const at = { image: 0, inChannel: 0, outChannel: 0, position };
    const answers: Record<keyof StepViewRequests, unknown[]> = {
      timeline: [asked.timeline()],
      layers: [asked.layers({ unrolled: true }), asked.layers({ unrolled: false })],
      layerStates: [asked.layerStates({ unrolled: true, position, nodes })],
      tensorSlice: [asked.tensorSlice(whole(conv, position, 2, 3))],
      explainCell: [asked.explainCell({ tensor: conv, cell: [0, 0, 9, 9], position })],
      windowLayers: [asked.windowLayers()],
      windowPicture: [window, pool].map(({ row }) => asked.windowPicture({ row, ...at })),
      windowTrial: [window, pool].map(({ row }) =>
        asked.windowTrial({ row, image: 0, outChannel: 0, padding: 1, stride: 1, dilation: 1 }),
      ),
      series: [series],
      throughTime: series.slice(0, 4).map(({ id }) => asked.throughTime({ id, position })),
      lossMatrix: [asked.lossMatrix(series[0])],
      truncation: [asked.truncation({ id: series[0].id, every: 20 })],
      attentions: [asked.attentions()],
      attentionPicture: [asked.attentionPicture({ row: attention, batch: 0, head: 3, position })],
      streams: [asked.streams()],
      parameterUpdates: [asked.parameterUpdates()],
    };
    for (const [kind, all] of Object.entries(answers)) {
      assert.ok(all.length > 0, kind);
      for (const answer of all) {
        const { length } = serialize(answer);
        assert.ok(length <= most, `${kind}: ${length} bytes`);
      }
    }
  });

  it('fit also when a model that trains is asked', async () => {
    const lab = new Lab();
    await lab.train(large.replaceAll('240', '64'));
    const values = Array.from({ length: 3 * 64 * 64 }, () => 0.1);
    const probe = { values, count: 1, inside: true };
    const answer = (await lab.supervisor.ask('probe', probe)) as ProbeAnswer;
    const activations = await lab.supervisor.handlers().activations();
    await lab.close();
    for (const message of [answer, activations]) {
      const { length } = serialize(message);
      assert.ok(length <= most, `${length} bytes`);
    }
    assert.equal(activations.layers.length, 18);
    assert.deepEqual([answer.layers.length, answer.attentions[0].heads.length], [18, 8]);
  });
});
