// What the Convolution view is told: the lecture's numbers, in forward and in backward.
import assert from 'node:assert/strict';
import { ask, askGolden, made, rowsOf } from './view';

const picture = '[[3,3,2,1,0],[0,0,1,3,1],[3,1,2,2,3],[2,0,0,2,2],[2,0,0,0,1]]';
const kernel = '[[0,1,2],[2,2,0],[0,1,2]]';

/** A step over one operation on the lecture's picture. */
const lecture = (operation: string): string => `
import { nn, optim, tensor, F, type Tensor } from 'retrograd';
class Net extends nn.Module {
  x = new nn.Parameter(tensor([[${picture}]], { dtype: 'float32' }));
  weight = new nn.Parameter(tensor([[${kernel}]], { dtype: 'float32' }));
  forward(): Tensor { return ${operation}; }
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    net.forward().sum().backward();
    opt.step();
  }
}`;

const query = (row: number, position: number) => ({
  row,
  position,
  image: 0,
  inChannel: 0,
  outChannel: 0,
});

describe('The Convolution view is told', () => {
  it('what the same picture and filter make with other padding and stride', async () => {
    const { windowLayers, windowTrial } = await askGolden('c4');
    const [{ row }] = windowLayers();
    const tried = (padding: number, stride: number, dilation = 1): number[][] | null => {
      const picture = windowTrial({ row, image: 0, outChannel: 0, padding, stride, dilation });
      return picture && rowsOf(picture);
    };
    assert.deepEqual(tried(1, 1)![0], [6, 14, 17, 11, 3]);
    assert.deepEqual(tried(1, 2), [
      [6, 17, 3],
      [8, 17, 13],
      [6, 4, 4],
    ]);
    assert.deepEqual(tried(0, 2), [
      [12, 17],
      [9, 14],
    ]);
    assert.equal(tried(0, 1, 3), null, 'a window of 7 in 5 cells');
  });

  it('a tried pooling, and that an average keeps to its sizes', async () => {
    const pooled = await ask(lecture('F.maxPool2d(this.x, 3, { stride: 1 })'));
    const sizes = { image: 0, outChannel: 0, padding: 0, stride: 2, dilation: 1 };
    const [{ row }] = pooled.windowLayers();
    assert.deepEqual(rowsOf(pooled.windowTrial({ row, ...sizes })!), [
      [3, 3],
      [3, 3],
    ]);
    assert.equal(pooled.windowTrial({ row, ...sizes, padding: 2 }), null);
    const mean = await ask(lecture('F.avgPool2d(this.x, 3, { stride: 1 })'));
    assert.equal(mean.windowTrial({ row: mean.windowLayers()[0].row, ...sizes }), null);
  });

  it('the planes of a convolution, and how a cell came about', async () => {
    const { view, last, windowLayers, windowPicture, explainCell } = await askGolden('c4');
    const [layer] = windowLayers();
    assert.deepEqual(
      [layer.input, layer.window, layer.stride, layer.padding, layer.output],
      [
        [1, 1, 5, 5],
        [3, 3],
        [1, 1],
        [0, 0],
        [1, 1, 3, 3],
      ],
    );
    const shown = windowPicture(query(layer.row, last));
    assert.deepEqual(rowsOf(shown.output), [
      [12, 12, 17],
      [10, 17, 19],
      [9, 6, 14],
    ]);
    assert.deepEqual(rowsOf(shown.filter!), [
      [0, 1, 2],
      [2, 2, 0],
      [0, 1, 2],
    ]);
    const cell = explainCell({ tensor: made(view, 'conv2d'), cell: [0, 0, 0, 0], position: last });
    assert.equal(cell.value, 12);
    assert.equal(
      cell.text,
      '3 · 0 + 3 · 1 + 2 · 2 + 0 · 2 + 0 · 2 + 1 · 0 + 3 · 0 + 1 · 1 + 2 · 2 = 12',
    );
    assert.deepEqual(cell.terms[1][0].cell, [0, 0, 0, 1]);
  });

  it('gradients of filter and input once backward has brought them', async () => {
    const { last, windowLayers, windowPicture, view } = await askGolden('c4');
    const [{ row }] = windowLayers();
    const { gradients } = windowPicture(query(row, last));
    assert.deepEqual(rowsOf(gradients.filter!), [
      [15, 15, 15],
      [9, 11, 16],
      [10, 7, 12],
    ]);
    assert.deepEqual(rowsOf(gradients.input!), [
      [0, 1, 3, 3, 2],
      [2, 5, 7, 5, 2],
      [2, 6, 10, 8, 4],
      [2, 5, 7, 5, 2],
      [0, 1, 3, 3, 2],
    ]);
    const forward = windowPicture(query(row, view.positionAfter(view.trace.eventOfRow[row])));
    assert.deepEqual(forward.gradients, { input: null, filter: null, output: null });
    assert.equal(forward.gradientState, 'pending');
    assert.deepEqual(forward.ahead, { input: false, output: false });
    const before = windowPicture(query(row, 0));
    assert.deepEqual(before.ahead, { input: false, output: true });
    assert.deepEqual(before.output, forward.output);
  });

  it('how a cell of a gradient came about', async () => {
    const { view, last, explainCell } = await askGolden('c4');
    const [x, w] = view.rows.find(({ definition }) => definition.name === 'conv2d')!.inputs;
    const explain = (index: number, cell: number[]) => {
      const { row } = made(view, 'conv2d');
      return explainCell({
        tensor: { row, side: 'in', index, gradient: true },
        cell,
        position: last,
      });
    };
    assert.deepEqual(
      [x.shape, w.shape],
      [
        [1, 1, 5, 5],
        [1, 1, 3, 3],
      ],
    );
    assert.equal(explain(1, [0, 0, 0, 0]).value, 15);
    assert.equal(explain(1, [0, 0, 0, 0]).terms.length, 9);
    const corner = explain(0, [0, 0, 0, 1]);
    assert.equal(corner.op, 'conv2dInputGrad');
    assert.equal(corner.text, '1 · 0 + 1 · 1 = 1');
  });

  for (const [options, rows] of [
    ['{ padding: 1 }', [6, 14, 17, 11, 3]],
    ['{ stride: 2, padding: 1 }', [6, 17, 3]],
    ['{ stride: 2 }', [12, 17]],
  ] as const) {
    it(`the first row under ${options}`, async () => {
      const { last, windowLayers, windowPicture } = await ask(
        lecture(`this.x.conv2d(this.weight, ${options})`),
      );
      const [{ row }] = windowLayers();
      assert.deepEqual(rowsOf(windowPicture(query(row, last)).output)[0], rows);
    });
  }

  it('which element of each window won, and that only winners get a gradient', async () => {
    const { view, last, windowLayers, windowPicture, explainCell } = await ask(
      lecture('F.maxPool2d(this.x, 3, { stride: 1 })'),
    );
    const [layer] = windowLayers();
    const shown = windowPicture(query(layer.row, last));
    assert.deepEqual(rowsOf(shown.output), [
      [3, 3, 3],
      [3, 3, 3],
      [3, 2, 3],
    ]);
    assert.equal(shown.filter, null);
    const winners = new Set(shown.winners);
    const gradient = rowsOf(shown.gradients.input!).flat();
    gradient.forEach((value, place) => {
      assert.equal(value !== 0, winners.has(place), `place ${place}`);
    });
    assert.equal(
      gradient.reduce((sum, value) => sum + value, 0),
      9,
    );
    const cell = explainCell({
      tensor: made(view, 'maxPool2d'),
      cell: [0, 0, 2, 1],
      position: last,
    });
    assert.equal(cell.text, 'max(1, 2, 2, 0, 0, 2, 0, 0, 0) = 2');
  });

  it('averages, with the window read from what each output sees', async () => {
    const { last, windowLayers, windowPicture } = await ask(`
import { nn, optim, tensor, F } from 'retrograd';
export function train() {
  const x = new nn.Parameter(tensor([[[[1,1,2,4],[5,6,7,8],[3,2,1,0],[1,2,3,4]]]], { dtype: 'float32' }));
  const opt = new optim.SGD([x], { lr: 1 });
  for (let step = 0; step < 1; step++) { F.avgPool2d(x, 2).sum().backward(); opt.step(); }
}`);
    const [layer] = windowLayers();
    assert.deepEqual(
      [layer.window, layer.stride, layer.padding],
      [
        [2, 2],
        [2, 2],
        [0, 0],
      ],
    );
    assert.deepEqual(rowsOf(windowPicture(query(layer.row, last)).output), [
      [3.25, 5.25],
      [2, 2],
    ]);
  });

  it('what a unit of a deep layer sees', async () => {
    const { windowLayers } = await ask(`
import { nn, optim, randn, F } from 'retrograd';
class Net extends nn.Module {
  conv1 = new nn.Conv2d(3, 6, 5);
  conv2 = new nn.Conv2d(6, 10, 5);
  forward(x) { return this.conv2.forward(F.maxPool2d(this.conv1.forward(x).relu(), 2)); }
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
  for (let step = 0; step < 1; step++) { net.forward(randn([2, 3, 32, 32])).sum().backward(); opt.step(); }
}`);
    const layers = windowLayers();
    assert.deepEqual(
      layers.map(({ module, op }) => `${module} ${op}`),
      ['conv1 conv2d', 'Net maxPool2d', 'conv2 conv2d'],
    );
    assert.deepEqual(layers[0].output, [2, 6, 28, 28]);
    assert.deepEqual(layers[0].parameters, 456);
    // 5 of conv1, doubled by pooling: 5, 6, 14.
    assert.deepEqual(
      layers.map(({ receptive }) => receptive.size[0]),
      [5, 6, 14],
    );
    assert.deepEqual(
      layers.map(({ receptive }) => receptive.jump[0]),
      [1, 2, 2],
    );
  });
});
