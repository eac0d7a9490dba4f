// A person looks into convolution and pooling: sizes, filters, sums and gradients are the lecture’s.
import assert from 'node:assert/strict';
import { galleryModel, modelWith } from './models';
import { hold, leave, numbers, open, text } from './support/held-step';
import { screenshot, until } from './support/ui';

describe('looking into convolutions', () => {
  afterEach(async function () {
    await leave(this.currentTest);
  });

  it('C2 and C4: planes, filter and gradients of a convolution, and the sum of a cell', async () => {
    await hold('convolution-backward.ts');
    const view = await open('showConvolution');
    assert.deepEqual(await numbers(view, 'output'), ['12 12 17', '10 17 19', '9 6 14']);
    assert.deepEqual(await numbers(view, '∂L/∂ filter'), ['15 15 15', '9 11 16', '10 7 12']);
    assert.deepEqual(await numbers(view, '∂L/∂ input'), [
      '0 1 3 3 2',
      '2 5 7 5 2',
      '2 6 10 8 4',
      '2 5 7 5 2',
      '0 1 3 3 2',
    ]);
    await text(view, /\(5 − 3 \+ 2·0\) \/ 1 \+ 1 = 3/);
    await text(view, /3 · 0 \+ 3 · 1 \+ 2 · 2 .* = 12/);
    await screenshot('convolution');
  });

  it('C7: pooling marks who won, and only winners get a gradient', async () => {
    await hold('pooling.ts');
    const view = await open('showConvolution');
    assert.deepEqual(await numbers(view, 'output'), ['6 8', '3 4']);
    const gradient = await numbers(view, '∂L/∂ input');
    const flat = gradient.flatMap((row) => row.split(' '));
    assert.equal(flat.filter((value) => value !== '0').length, 4);
    await text(view, /max\(1, 1, 5, 6\) = 6/);
    await screenshot('pooling');
  });

  it('C5 and C9: why 28 came out of 28 and 10 out of 14, in LeNet', async () => {
    await hold('lenet.ts', galleryModel('lenet.ts'), (all) =>
      all.replace('count: 10000', 'count: 320'),
    );
    const view = await open('showConvolution');
    await text(view, /\(28 − 5 \+ 2·2\) \/ 1 \+ 1 = 28/);
    await view.getByLabel('Layer', { exact: true }).selectOption({ label: 'conv2 · conv2d' });
    await text(view, /\(14 − 5 \+ 2·0\) \/ 1 \+ 1 = 10/);
    await screenshot('lenet convolution');
    await open('showLayers');
    await text(view, /conv1[\s\S]*Conv2d[\s\S]*fc1[\s\S]*Linear/);
    await screenshot('lenet layers');
  });

  it('C3: padding and stride, tried by the sliders on the lecture’s picture', async () => {
    const view = await hold('padding-and-stride.ts');
    await open('showConvolution');
    assert.equal((await numbers(view, 'output 5 × 5'))[0], '6 14 17 11 3');
    await view.getByText('Try other sizes').click();
    const tried = async (padding: number, stride: number): Promise<string[]> => {
      await view.getByLabel('P', { exact: true }).fill(String(padding));
      await view.getByLabel('S', { exact: true }).fill(String(stride));
      return numbers(view, `tried output, P = ${padding}, S = ${stride}`);
    };
    assert.equal((await tried(1, 1))[0], '6 14 17 11 3');
    assert.deepEqual(await tried(1, 2), ['6 17 3', '8 17 13', '6 4 4']);
    await text(view, /\(5 − 3 \+ 2·1\) \/ 2 \+ 1 = 3/);
    assert.deepEqual(await tried(0, 2), ['12 17', '9 14']);
    await screenshot('padding and stride');
    // What does not fit has a reason in place of a picture.
    await view.getByLabel('D', { exact: true }).fill('3');
    await text(view, /does not fit, the window of 7 is larger than 5/);
    const picture = view.locator('figcaption', { hasText: 'tried output' });
    await until('no picture', async () => !(await picture.isVisible()));
  });

  it('C6: each filter makes a map, and has the depth of its input', async () => {
    const view = await hold(
      'filters.ts',
      modelWith(`  const layers = [[1, 5, 1, 32], [6, 5, 1, 32], [10, 5, 1, 32], [96, 11, 4, 227]].map(
    ([filters, size, stride, width]) => ({ conv: new nn.Conv2d(3, filters, size, { stride }), x: randn([1, 3, width, width]) }));
  const opt = new optim.SGD(layers.flatMap(({ conv }) => conv.parameters()), { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    for (const { conv, x } of layers) conv.forward(x).mean().backward();
    opt.step();
  }`),
    );
    await open('showConvolution');
    const layer = view.getByLabel('Layer', { exact: true });
    for (const [index, told] of [
      /→ \[1, 1, 28, 28\].* 1 filter of 5·5·3 = 75 weights \+ 1 bias: 76 parameters/,
      /→ \[1, 6, 28, 28\].* 6 filters of .*: 456 parameters/,
      /→ \[1, 10, 28, 28\].* 10 filters of .*: 760 parameters/,
      /→ \[1, 96, 55, 55\].* 96 filters of 11·11·3 = 363 weights \+ 1 bias: 34,944 parameters/,
    ].entries()) {
      await layer.selectOption({ index });
      await text(view, told);
      if (index === 1) {
        assert.equal(await view.locator('.channels canvas').count(), 6, 'a stack of six maps');
        await screenshot('six filters');
      }
    }
  });
});
