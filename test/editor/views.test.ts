// A person looks into a step: the Timeline and the Model page show the numbers of the lecture, for every theme and for readers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Locator } from 'playwright-core';
import * as vscode from 'vscode';
import { galleryModel, modelWith } from './models';
import { openFile, palette, screenshot, statusBar, until, webview } from './support/ui';

const page = (): Promise<Frame> => webview('#view.model');

/** Shows a tab of the Model page. */
async function open(command: string): Promise<Frame> {
  await vscode.commands.executeCommand(`retrograd.${command}`);
  return page();
}

/** Trains a model to its end, records its first step, and goes to the end of that. */
async function hold(
  name: string,
  text = galleryModel(name),
  change = (all: string) => all,
  step = 1,
): Promise<Frame> {
  const { document } = await openFile(name, change(text));
  await vscode.commands.executeCommand('retrograd.train', document.uri);
  await until('the training to have begun', () => vscode.window.visibleTextEditors.length > 0);
  const view = await open('showLayers');
  if (step === 1) {
    const record = view.locator('.empty vscode-button');
    await record.waitFor({ state: 'visible' });
    await record.click();
  } else await goToStep(step);
  await until(
    'a step to be held',
    async () => new RegExp(`step ${step} `).test(await view.locator('.where').innerText()),
    40_000,
  );
  await goTo('End');
  return view;
}

/** Asks the Timeline for a step, by keys: from the last one on as far back as it is. */
async function goToStep(step: number): Promise<void> {
  const timeline = await webview('#view.timeline');
  const line = timeline.getByLabel('Training step');
  await line.waitFor({ state: 'visible' });
  const now = async (): Promise<number> => Number(await line.getAttribute('aria-valuenow'));
  await until('so many steps', async () => (await now()) >= step, 60_000);
  for (let at = await now(); at !== step; at = await now())
    await line.press(
      at - step >= (await jumpOf(line)) ? 'PageDown' : at > step ? 'ArrowLeft' : 'ArrowRight',
    );
  await line.press('Enter');
}

/** How far Page Up and Page Down go. */
const jumpOf = async (line: Locator): Promise<number> =>
  Math.max(1, Math.round(Number(await line.getAttribute('aria-valuemax')) / 20));

/** Moves the cursor by a key on the timeline, and waits until the Model page has drawn it. */
async function goTo(key: string): Promise<void> {
  const timeline = await webview('#view.timeline');
  const handle = timeline.locator('.moment-line .handle');
  await handle.waitFor({ state: 'visible' });
  await handle.press(key);
  const position = async (frame: Frame): Promise<string | null> =>
    frame.locator('#view').getAttribute('data-position');
  await until('the Model page to follow', async () => {
    const wanted = await handle.getAttribute('aria-valuenow');
    return wanted !== null && (await position(await page())) === wanted;
  });
}

/** The rows of numbers behind a picture, by its caption. */
async function numbers(view: Frame, caption: string): Promise<string[]> {
  return until(`a picture of ${caption}`, async () => {
    const tables = await view.locator('.matrix table').evaluateAll((all) =>
      all.map((table) => ({
        caption: table.querySelector('caption')?.textContent ?? '',
        rows: [...table.querySelectorAll('tr')].map((row) =>
          [...row.querySelectorAll('td')].map((cell) => cell.textContent).join(' '),
        ),
      })),
    );
    return tables.find((table) => table.caption.startsWith(caption) && table.rows.length > 0)?.rows;
  });
}

/** A number as it is written, with a true minus sign. */
const numeric = (shown: string): number => Number(shown.replaceAll('−', '-'));

const text = async (view: Frame, pattern: RegExp): Promise<string> =>
  until(`${String(pattern)} in the Model page`, async () => {
    const shown = await view.locator('.panels').innerText();
    return pattern.test(shown) ? shown : undefined;
  });

describe('looking into a step', () => {
  afterEach(async function () {
    // A failure leaves a picture.
    if (this.currentTest?.state === 'failed') await screenshot(`failed ${this.currentTest.title}`);
    await vscode.commands.executeCommand('retrograd.stop');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('before any run says what would show something', async () => {
    const view = await open('showAttention');
    await until('the empty page', async () =>
      /No step to look into yet/.test(await view.locator('#view').innerText()),
    );
    await palette('Retrograd: Show Timeline');
    await webview('#view.timeline');
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

  it('R1 and R3: gradients through time, and what each step adds to the weights', async () => {
    await hold('rnn-by-hand.ts');
    const view = await open('showThroughTime');
    const shown = await text(view, /0\.104145/);
    for (const value of ['0.761594', '0.3634', '0.179726', '0.0896', '0.239981', '0.495984'])
      assert.ok(shown.includes(value), `${value} in ${shown}`);
    assert.match(shown, /sum so far 0\.5113/);
    assert.match(shown, /sum so far 0\.0437/);
    await screenshot('through time');
    // R5 for any recurrence: what would be left of the gradients with a cut every two steps.
    await view.getByLabel('What if cut every').fill('2');
    await text(
      view,
      /Cut every 2 steps.* reach 2 states; ∂L\/∂w 0\.689767 of the whole, ∂L\/∂u 0 of/,
    );
    await screenshot('what if');
    // Back to before backward: no bar has come yet.
    await goTo('Home');
    await text(view, /the gradient has reached 0 of/);
  });

  it('R5: where the graph is cut there is no path, which is not zero', async () => {
    await hold('truncated-backpropagation.ts');
    const view = await open('showThroughTime');
    await view.getByLabel('State').selectOption({ index: 1 });
    const shown = await text(view, /have no path from the loss/);
    assert.match(shown, /the graph is cut: the value goes on, the gradient does not come back/);
    assert.match(shown, /no path/);
    await screenshot('truncated');
  });

  it('R7: states and gates of an LSTM', async () => {
    await hold('lstm-by-hand.ts');
    const view = await open('showThroughTime');
    const shown = await text(view, /0\.407191/);
    for (const value of ['0.17427', '0.309059']) assert.ok(shown.includes(value), value);
    assert.match(shown, /forget gate/);
    await screenshot('gates');
  });

  it('R4: what is left of a gradient after so many steps is a power', async () => {
    await hold('vanishing-gradients.ts');
    const view = await open('showThroughTime');
    const states = view.getByLabel('State');
    // Four chains h = λ·h: 0.9 twenty and fifty times, 1.1 fifty times, 0.25 twenty times.
    const powers = ['0.121577', '0.00515378', '117.391', '9.09495e−13'];
    for (const [i, power] of powers.entries()) {
      await states.selectOption({ index: i + 1 });
      await until(`${power} at the first state`, async () =>
        (await view.locator('table.numbers tbody tr').first().innerText()).includes(power),
      );
      if (i === 1) await screenshot('vanishing');
    }
  });

  it('R10: every step of the adding problem gets a gradient, the first a small one', async () => {
    await hold('adding-problem.ts', galleryModel('adding-problem.ts'), (all) =>
      all.replace('count: 5000', 'count: 400'),
    );
    const view = await open('showThroughTime');
    await text(view, /the gradient has reached 30 of 30 steps/);
    const shown = await view
      .locator('table.numbers tbody tr')
      .evaluateAll((rows) => rows.map((row) => row.children[2].textContent));
    const norms = shown.map(numeric);
    assert.equal(norms.length, 30);
    assert.ok(norms[0] > 0 && norms[0] < norms[29] / 10, norms.join());
    await screenshot('adding problem');
    await open('showPlayground');
    await text(view, /blind\s+0\.166667/);
  });

  it('A1: every stage of attention by hand', async () => {
    await hold('attention-by-hand.ts');
    const view = await open('showAttention');
    assert.deepEqual(await numbers(view, 'weights'), ['0.401112 0.197776 0.401112']);
    const shown = await text(view, /Σ weight · value = \[1\.20334, 1\]/);
    assert.match(shown, /1 · 0\.707107 = 0\.707107/);
    await screenshot('attention');
  });

  it('A3: a decoder that has learned to copy looks along the diagonal', async () => {
    const view = await hold('alignment.ts', galleryModel('alignment.ts'), undefined, 200);
    await open('showAttention');
    const rows = await numbers(view, 'weights');
    const weights = rows.map((row) => row.split(' ').map(numeric));
    assert.deepEqual([weights.length, weights[0].length], [7, 6]);
    weights.forEach((row, t) => {
      assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-4);
      if (t < 6) assert.equal(row.indexOf(Math.max(...row)), t, `turn ${t}: ${row.join()}`);
    });
    await text(view, /one query in each turn of the loop/i);
    await screenshot('alignment');
  });

  it('A5: eight heads of 64 are 512 wide, in and out', async () => {
    await hold('multi-head.ts', galleryModel('multi-head.ts'), (all) =>
      all
        .replace('width: 32, heads: 2', 'width: 512, heads: 8')
        .replace('count: 1500', 'count: 100'),
    );
    const view = await open('showAttention');
    await text(view, /8 heads of 64 \(8 · 64 = 512 wide, in and out\)/);
    await text(view, /weights \[50, 8, 5, 5\]/);
    await screenshot('heads');
    await open('showLayers');
    await text(view, /attention[\s\S]*MultiHead[\s\S]*\[50, 5, 512\]/);
  });

  it('A6: the waves of the first four positions', async () => {
    await hold('positional-encoding.ts', galleryModel('positional-encoding.ts'), (all) =>
      all.replace('width: 32', 'width: 4').replace('count: 1500', 'count: 100'),
    );
    const view = await open('showAttention');
    const rows = await numbers(view, 'positions.pe');
    const four = rows
      .slice(0, 4)
      .map((row) => row.split(' ').map((value) => numeric(value).toFixed(5)));
    assert.deepEqual(four, [
      ['0.00000', '1.00000', '0.00000', '1.00000'],
      ['0.84147', '0.54030', '0.01000', '0.99995'],
      ['0.90930', '-0.41615', '0.02000', '0.99980'],
      ['0.14112', '-0.98999', '0.03000', '0.99955'],
    ]);
    await view.locator('.waves').first().scrollIntoViewIfNeeded();
    await screenshot('positions');
  });

  it('A8: a decoder layer sees nothing ahead, looks across, and has its 4,204,032 weights', async () => {
    await hold('decoder-layer.ts', galleryModel('decoder-layer.ts'), (all) =>
      all
        .replace('width: 32', 'width: 512')
        .replace('batchSize: 50, count: 2000', 'batchSize: 4, count: 100'),
    );
    const view = await open('showAttention');
    const rows = await numbers(view, 'weights');
    assert.equal(rows.length, 7);
    rows.forEach((row, t) =>
      row.split(' ').forEach((value, s) => {
        if (s > t) assert.equal(value, '0', `query ${t} sees key ${s}`);
      }),
    );
    await text(view, /masked where crossed out/);
    await screenshot('decoder');
    await view
      .locator('select[aria-label=Attention]')
      .selectOption({ label: 'layer.crossAttention · across' });
    await text(view, /Looks across: 7 queries over 6 keys/);
    await open('showLayers');
    await text(view, /DecoderLayer[\s\S]*4,204,032 parameters/);
  });

  it('A9: heads of a small GPT see the letters before, and nothing after', async () => {
    await hold('gpt-sort.ts', galleryModel('gpt-sort.ts'), (all) =>
      all.replace('count: 4000, epochs: 6', 'count: 128, epochs: 1'),
    );
    const view = await open('showAttention');
    const rows = await numbers(view, 'weights');
    rows.forEach((row, t) => {
      row.split(' ').forEach((value, s) => {
        if (s > t) assert.equal(value, '0', `query ${t} sees key ${s}`);
      });
    });
    await text(view, /head 2/);
    const label = await view.locator('.stages h3').innerText();
    assert.match(label, /^(#\d|[a-f]) looks at (#\d|[a-f])$/);
    await screenshot('gpt attention');
  });

  it('names with markup, NaN and infinity, and an empty tensor are shown as what they are', async () => {
    const view = await hold(
      'odd.ts',
      modelWith(`  const w = new nn.Parameter(tensor([1, 2], { dtype: 'float32' }));
  class Odd extends nn.Module { ['<img src=x onerror=alert(1)>'] = new nn.Linear(2, 2); forward(x: Tensor) { return (this as any)['<img src=x onerror=alert(1)>'].forward(x); } }
  const odd = new Odd();
  const opt = new optim.SGD([w], { lr: 0.1 });
  for (let step = 0; step < 3; step++) {
    const nothing = randn([0, 3]).mul(1);
    const broken = tensor([NaN, Infinity, 1]).mul(1);
    void [nothing, broken, odd.forward(w.unsqueeze(0))];
    w.sum().backward();
    opt.step();
  }`),
    );
    await until('the name as text', async () =>
      (await view.locator('.graph').innerText()).includes('<img src=x'),
    );
    assert.equal(await view.locator('.graph img').count(), 0);
    const labels = await view
      .locator('.thumbnail canvas')
      .evaluateAll((all) => all.map((each) => each.getAttribute('aria-label') ?? ''));
    assert.ok(
      labels.some((label) => /2 not finite/.test(label)),
      labels.join(),
    );
    await screenshot('odd');
  });

  it('a cell opens and explains itself, and links lead on to its operands', async () => {
    const view = await hold('convolution-backward.ts');
    await view.locator('.card.op .node').first().click();
    const inspector = view.locator('.inspector');
    await inspector.waitFor({ state: 'visible' });
    await until('its numbers', async () =>
      /12/.test((await inspector.locator('.matrix table').textContent()) ?? ''),
    );
    await inspector.locator('canvas').first().press('ArrowRight');
    await until('the arithmetic', async () => /= 12/.test(await inspector.innerText()));
    await inspector.locator('.explanation .link').first().click();
    await until('the operand', async () =>
      /it was there before this step/.test(await inspector.innerText()),
    );
    await screenshot('inspector');
  });

  it('the surface of the spiral bends while it trains; another learning rate runs over it, and is saved and read', async () => {
    const { document } = await openFile(
      'play.ts',
      galleryModel('spiral.ts').replace('epochs: 60', 'epochs: 4000'),
    );
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    const view = await open('showPlayground');
    const surface = view.locator('.surface');
    await surface.waitFor({ state: 'visible' });
    const picture = async (): Promise<string> =>
      surface.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    await until(
      'a first picture',
      async () => Number(await surface.getAttribute('data-drawn')) > 0,
    );
    const first = await picture();
    await until('another picture of the same run', async () => (await picture()) !== first);
    assert.ok(
      (await statusBar()).some((item) => /step \d/.test(item)),
      'it is still training',
    );
    await view.getByText('Save beside the model').click();
    const saved = vscode.Uri.file(document.uri.fsPath.replace('.ts', '.hyper.json'));
    const read = async (): Promise<{ lr: number }> =>
      JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(saved))) as {
        lr: number;
      };
    await until('the saved values', async () => (await read()).lr === 0.01);
    const rate = view.getByLabel('lr, exact');
    await rate.fill('0.1');
    await rate.press('Enter');
    await text(view, /runs over each other.*lr 0\.01.*lr 0\.1/);
    await until('the surface of the new run', async () => (await picture()) !== first);
    await screenshot('playground');
    await view.getByText('Read saved').click();
    await until('the saved rate', async () => (await rate.inputValue()) === '0.01');
    await text(view, /3 runs over each other/);
  });

  it('a digit that is drawn with the mouse is recognised, and every layer is seen', async () => {
    const { document } = await openFile(
      'digits.ts',
      galleryModel('lenet.ts').replace('count: 10000', 'count: 3000'),
    );
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    const training = await webview('.badge[data-state="done"]', 60_000);
    const learning = await training.locator('[data-view=learning]').innerText();
    assert.match(
      learning,
      /Gradient norm of each layer[\s\S]*conv1[\s\S]*Update over weight of each layer/,
    );
    const confusion = await numbers(training, 'confusion [10, 10]');
    const counts = confusion.map((row) => row.split(' ').map(numeric));
    assert.equal(
      counts.flat().reduce((sum, count) => sum + count, 0),
      1000,
    );
    const right = counts.reduce((sum, row, digit) => sum + row[digit], 0);
    assert.ok(right > 900, `${right} of 1000 on the diagonal`);
    const view = await open('showPlayground');
    const pad = view.locator('canvas[data-pad]');
    await view.getByText('Clear').click();
    await pad.scrollIntoViewIfNeeded();
    const box = (await pad.boundingBox())!;
    const { mouse } = pad.page();
    const go = (x: number, y: number): Promise<void> =>
      mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 6 });
    await go(0.3, 0.25);
    await mouse.down();
    await go(0.7, 0.25);
    await go(0.45, 0.8);
    await mouse.up();
    await text(view, /Says 7: output 7 is the largest/);
    await screenshot('digit');
    await text(view, /What each layer put out[\s\S]*conv1[\s\S]*\[1, 6, 28, 28\][\s\S]*fc2/);
    // Any cell can be set: one that is far too bright changes the answer's numbers.
    const outputs = view.locator('.outputs');
    const before = await outputs.innerText();
    await view.getByLabel('Value of the cell').fill('50');
    await until('another answer', async () => (await outputs.innerText()) !== before);
  });

  const themes = [
    'Default Dark Modern',
    'Default Light Modern',
    'Default High Contrast',
    'Default High Contrast Light',
  ];
  it('can be read by a screen reader in four themes', async () => {
    const view = await hold('lstm-by-hand.ts');
    const workbench = vscode.workspace.getConfiguration('workbench');
    const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
    for (const theme of themes) {
      await workbench.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
      for (const command of ['showLayers', 'showThroughTime', 'showUpdates']) {
        await open(command);
        await until(
          'the tab',
          async () => (await view.locator('[role=tab][aria-selected=true]').count()) === 1,
        );
        assert.deepEqual(await serious(view, axe), [], `${theme}, ${command}`);
      }
      await open('showThroughTime');
      await screenshot(`through time ${theme}`);
      const timeline = await webview('#view.timeline');
      assert.deepEqual(await serious(timeline, axe), [], `${theme}, timeline`);
    }
    await workbench.update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
  });
});

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

async function serious(view: Frame, axe: string): Promise<string[]> {
  await view.evaluate(axe);
  const violations = await view.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: Violation[] }> };
    };
    return (await checker.run()).violations.map(
      ({ id, impact, nodes }) =>
        `${impact} ${id}: ${nodes.map(({ html, failureSummary }) => html + failureSummary).join()}`,
    );
  });
  return violations.filter((violation) => /^(serious|critical)/.test(violation));
}
