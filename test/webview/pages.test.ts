// The pages of a held step in a real browser over a real engine: what they ask and what they cost, and steps that are odd.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { overrides, parseArguments } from '../../engine/cli/arguments';
import { closeBrowser, PageLab } from './support/page-lab';

/** No message between engine and page may be larger, in bytes. */
const most = 256 * 1024;

/** A model of one layer whose step does something in a loop of `turns`. */
const model = (body: string, turns = 3): string => `
import { nn, optim, tensor, randn, zeros, ones, cat, type Tensor } from 'retrograd';
void [zeros, ones, cat, randn];
class Cell extends nn.Module {
  w = new nn.Parameter(tensor(0.9, { dtype: 'float32' }));
  forward(x: Tensor): Tensor { return x.mul(this.w); }
}
export function train() {
  const cell = new Cell();
  const opt = new optim.SGD(cell.parameters(), { lr: 0.1 });
  for (let step = 0; step < 5; step++) {
    let h = tensor(1, { dtype: 'float32' });
    for (let t = 0; t < ${turns}; t++) h = cell.forward(h);
    ${body}
    opt.zeroGrad();
    h.backward();
    opt.step();
  }
}`;

describe('a page in a browser', () => {
  let lab: PageLab;
  let errors: string[];
  after(closeBrowser);
  beforeEach(() => {
    lab = new PageLab();
    errors = [];
  });
  afterEach(async () => {
    await lab.close();
    assert.deepEqual(errors, []);
  });

  /** The Model page, at one of its tabs. */
  const open = async (tab: string): Promise<Page> => {
    const page = await lab.page('model', { state: { chosen: { tab } } });
    page.on('pageerror', ({ message }) => errors.push(message));
    return page;
  };
  const at = (page: Page, position: number) =>
    page.locator(`#view[data-position="${position}"]`).waitFor({ state: 'attached' });
  const last = async (): Promise<number> =>
    ((await lab.ask('timeline')) as { positions: number }).positions - 1;
  /** Opens the tensor that the first op card of this name shows. */
  const inspect = async (page: Page, name: string) => {
    await page.locator(`.card.op > .node:has(.path:text-is("${name}"))`).last().click();
    await page.locator('.inspector').waitFor();
    return page.locator('.inspector');
  };

  it('asks one thing at a time for its one open tab, however fast the cursor moves', async () => {
    await lab.hold(model('', 40));
    const page = await open('layers');
    const end = await last();
    await at(page, end);
    lab.answered.length = lab.mostOpen = 0;
    for (let position = 0; position < 60; position++) void lab.ask('goTo', { position });
    await at(page, 59);
    assert.equal(lab.mostOpen, 1);
    const asked = new Set(lab.answered.map(({ method }) => method));
    assert.deepEqual([...asked], ['layerStates']);
    assert.ok(lab.answered.length < 60, `${lab.answered.length} frames for 60 moves`);
  });

  it('asks nothing while it is hidden, and is right again when it is shown', async () => {
    await lab.hold(model(''));
    const page = await open('through-time');
    const end = await last();
    await at(page, end);
    const hide = (hidden: boolean): Promise<void> =>
      page.evaluate((away) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => away });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await hide(true);
    lab.answered.length = 0;
    for (const position of [3, 2, 1]) await lab.ask('goTo', { position });
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
    assert.deepEqual(lab.answered, []);
    await hide(false);
    await at(page, 1);
    // The same where the editor keeps the page in the background, of which it learns nothing by itself.
    lab.tell('seen', false);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
    lab.answered.length = 0;
    for (const position of [2, 3]) await lab.ask('goTo', { position });
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
    assert.deepEqual(lab.answered, []);
    lab.tell('seen', true);
    await at(page, 3);
  });

  it('says what it would show before any run, in every tab and page', async () => {
    for (const tab of ['layers', 'convolution', 'attention']) {
      const page = await open(tab);
      await page.getByText('No step to look into yet').waitFor();
      await page.close();
    }
    const playground = await open('playground');
    await playground.getByText('No model has trained yet.').waitFor();
    const timeline = await lab.page('timeline');
    await timeline.getByText('Train a model: its steps appear here').waitFor();
    const training = await lab.page('training');
    await training.getByText('Nothing has trained here yet').waitFor();
  });

  it('goes back to that when the run ends, and follows the next run in its new thread', async () => {
    await lab.hold(model(''));
    const page = await open('through-time');
    await page.getByText('the gradient has reached 3 of 4').waitFor();
    await lab.lab.supervisor.handlers().stop();
    await page.getByText('No step to look into yet').waitFor();
    await lab.hold(model('', 6), 2);
    await page.getByText('the gradient has reached 6 of 7').waitFor();
  });

  it('draws what it can of a loop of a thousand turns, and says what it leaves out', async () => {
    await lab.hold(model('', 1000));
    const page = await open('through-time');
    await page.getByText('601 later steps are not drawn').waitFor();
    await page.getByRole('tab', { name: 'Layers' }).click();
    await page.getByText('1000 calls').or(page.getByText('× 1000')).first().waitFor();
    await page.locator('vscode-checkbox', { hasText: 'Unroll loops' }).click();
    await page.getByText('more were left out: too many to draw').waitFor();
    for (const { method, bytes } of lab.answered) assert.ok(bytes <= most, `${method}: ${bytes}`);
  });

  it('shows an empty tensor, NaN and infinity as what they are', async () => {
    await lab.hold(
      model(`void [zeros([0, 3]).mul(1), tensor([[NaN, Infinity, -Infinity, 2]]).mul(3)];
    void tensor([NaN, NaN]).neg();`),
    );
    const page = await open('layers');
    const nothing = page.locator('.card.op > .node:has(.path:text-is("neg"))').last();
    await nothing.getByText('mean NaN').waitFor();
    const inspector = await inspect(page, 'mul');
    await inspector.locator('td').first().waitFor({ state: 'attached' });
    assert.deepEqual(await inspector.locator('td').allTextContents(), ['NaN', '∞', '−∞', '6']);
    assert.match(await inspector.innerText(), /1 NaN · 2 infinite/);
    const empty = page.locator('.card.op .node', { hasText: '[0, 3]' }).last();
    assert.match(await empty.innerText(), /empty$/);
    await empty.click();
    await inspector.getByText('float32 [0, 3] · empty').waitFor();
  });

  it('walks through a million cells: axes, slice, zoom to single numbers, histogram, and the step before', async () => {
    const body = 'void randn([2, 1000, 1000]).add(step);';
    await lab.hold(model(body));
    const page = await open('layers');
    const inspector = await inspect(page, 'add');
    await inspector
      .getByText('f32 [2, 1000, 1000]')
      .or(inspector.getByText('[2, 1000, 1000]'))
      .first()
      .waitFor();
    await inspector.locator('figcaption', { hasText: 'press a place to zoom in' }).waitFor();
    assert.match(
      (await inspector.locator('.histogram').getAttribute('aria-label')) ?? '',
      /Histogram from −[\d.]+ to [\d.]+, most elements near/,
    );
    // The picture is answered in small; a press zooms in to single numbers, the arithmetic comes with it.
    await inspector
      .locator('.matrix canvas')
      .first()
      .click({ position: { x: 100, y: 100 } });
    await inspector.locator('figcaption', { hasText: /rows \d+–\d+, columns \d+–\d+/ }).waitFor();
    await inspector.locator('td').first().waitFor({ state: 'attached' });
    assert.equal(await inspector.locator('td').count(), 144);
    const before = await inspector.locator('td').allTextContents();
    // From the middle, where it was pressed, the sixth key leaves the part by one row.
    const first = Number(
      /rows (\d+)/.exec(await inspector.locator('figcaption').first().innerText())![1],
    );
    const picture = inspector.locator('.matrix canvas').first();
    for (let i = 0; i < 6; i++) await picture.press('ArrowDown');
    await inspector.locator('figcaption', { hasText: new RegExp(`rows ${first + 1}–`) }).waitFor();
    const below = await inspector.locator('td').allTextContents();
    assert.deepEqual(below.slice(0, 132), before.slice(12));
    for (let i = 0; i < 12; i++) await picture.press('ArrowUp');
    await inspector.locator('figcaption', { hasText: new RegExp(`rows ${first}–`) }).waitFor();
    await inspector.getByLabel('dim 0').fill('1');
    const changed = async (from: string[]): Promise<string[]> => {
      for (;;) {
        const now = await inspector.locator('td').allTextContents();
        if (now.join() !== from.join()) return now;
      }
    };
    await changed(before);
    await inspector.getByLabel('dim 0').fill('0');
    await inspector.getByLabel('Across').selectOption('0');
    await inspector.locator('canvas[aria-label*="1000 by 2"]').waitFor();
    for (const { method, bytes } of lab.answered) assert.ok(bytes <= most, `${method}: ${bytes}`);
  });

  it('compares a tensor with what it was in the step before', async () => {
    await lab.hold(model('const x = tensor([1, 2, 3]).add(10 * step); void x;'));
    const page = await open('layers');
    const inspector = await inspect(page, 'add');
    await inspector.locator('vscode-checkbox', { hasText: 'Change since' }).click();
    await inspector.getByText('no earlier step to compare with').waitFor();
    await lab.goToStep(2);
    await inspector.locator('figcaption', { hasText: /^change$/ }).waitFor();
    assert.deepEqual(await inspector.locator('td').allTextContents(), ['10', '10', '10']);
  });

  it('draws a branch as a curve of its own, from the step at which it leaves its trunk', async () => {
    const text = model('log({ loss: h, lr: hp.lr });')
      .replace('zeros, ones, cat, type', 'zeros, ones, cat, hyper, log, type')
      .replace('class Cell', 'const hp = hyper({ lr: 0.1 });\nclass Cell')
      .replace('lr: 0.1 });\n  for', 'lr: hp.lr });\n  for')
      .replace('step < 5', 'step < 40');
    await lab.train(text, { history: { megabytes: 64 } });
    await lab.lab.next('ended');
    const branched = lab.lab.next('branched');
    await lab.ask('branch', { step: 20, hyper: { lr: 0.4 } });
    await branched;
    const ended = lab.lab.next('ended');
    await lab.ask('resume');
    await ended;
    const page = await lab.page('training');
    page.on('pageerror', ({ message }) => errors.push(message));
    const names = page.getByRole('list', { name: 'Branches' }).getByRole('listitem');
    await names.first().waitFor();
    assert.deepEqual(await names.allTextContents(), ['trunk', 'branch 1 from step 20, current']);
    const chart = page.locator('.chart canvas[aria-label^="lr"]');
    assert.equal(
      await chart.getAttribute('aria-label'),
      'lr: 0.4 at step 40; 0.1 at the start; lowest 0.1, highest 0.4. ' +
        'trunk: 0.1 at step 40; 0.1 at the start; lowest 0.1, highest 0.1',
    );
    // Both are drawn: the trunk to the end, in its own colour.
    const colors = await chart.evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const blue = (i: number) => data[i + 2] > 180 && data[i] < 100;
      const orange = (i: number) => data[i] > 180 && data[i + 2] < 80;
      const found = Array.from({ length: data.length / 4 }, (_, i) => 4 * i);
      const columns = (is: (i: number) => boolean) =>
        new Set(found.filter(is).map((i) => (i / 4) % canvas.width)).size / canvas.width;
      return { trunk: columns(blue), branch: columns(orange) };
    });
    assert.ok(
      colors.trunk > 0.6 && colors.branch > 0.3 && colors.branch < 0.5,
      JSON.stringify(colors),
    );
    const timeline = await lab.page('timeline');
    const steps = timeline.getByRole('slider', { name: 'Training step' });
    await timeline.waitForFunction(() =>
      document.querySelector('.handle')?.getAttribute('aria-valuetext')?.includes('branch 1'),
    );
    assert.match(
      (await steps.getAttribute('aria-valuetext'))!,
      /^step 40 of 40 · loss .* · branch 1 from step 20; Enter looks into it$/,
    );
    const back = lab.lab.next('sought');
    await lab.ask('seek', { step: 30, branch: 0 });
    await back;
    await names.getByText('trunk, current').waitFor();
  });

  it('points into a run on its line of steps, and into the next one only when asked again', async () => {
    await lab.train(model(''));
    const timeline = await lab.page('timeline');
    const line = timeline.getByRole('slider', { name: 'Training step' });
    const at = async (step: number): Promise<void> => {
      await timeline.waitForFunction(
        (wanted) => document.querySelector('.handle')?.getAttribute('aria-valuenow') === wanted,
        String(step),
      );
    };
    await at(5);
    await line.press('ArrowLeft');
    await line.press('ArrowLeft');
    await at(3);
    await lab.train(model(''));
    await at(5);
    await line.press('PageDown');
    await line.press('ArrowLeft');
    await at(3);
    await line.press('Enter');
    await timeline.getByText('step 3 ').first().waitFor();
    await at(3);
    await line.press('ArrowLeft');
    await at(2);
  });

  it('gives the settings as a command line that says the same values again', async () => {
    const text = model('')
      .replace('zeros, ones, cat, type', 'zeros, ones, cat, hyper, type')
      .replace(
        'class Cell',
        "const hp = hyper({ lr: 0.1, name: 'it\\'s two words', turn: false });\nclass Cell",
      )
      .replace('lr: 0.1 });\n  for', 'lr: hp.lr });\n  for');
    await lab.train(text);
    const page = await open('playground');
    const ended = lab.lab.next('ended');
    await page.getByLabel('lr, exact').fill('0.025');
    await page.getByLabel('lr, exact').press('Enter');
    await ended;
    await page.getByText('runs over each other').waitFor();
    await page.getByRole('button', { name: 'Copy the command' }).click();
    const shown = page.locator('.formula', { hasText: 'Copied: ' });
    const line = (await shown.innerText()).replace('Copied: ', '');
    assert.equal(
      line,
      `retrograd train model.ts --seed 0 --set lr=0.025 --set 'name=it'\\''s two words' --set turn=false`,
    );
    const printed = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' });
    const [, , ...words] = printed.trim().split('\n');
    const read = parseArguments(words, {
      seed: { type: 'string' },
      set: { type: 'string', multiple: true },
    });
    assert.deepEqual(overrides(read), { lr: 0.025, name: "it's two words", turn: false });
  });

  /** Reports of a run come as fast as the page takes them; how often its charts were drawn meanwhile. */
  const report = (page: Page, from: number, count: number): Promise<number> =>
    page.evaluate(
      async ([first, reports]) => {
        const { prototype } = CanvasRenderingContext2D;
        // eslint-disable-next-line @typescript-eslint/unbound-method
        const { clearRect } = prototype;
        let drawn = 0;
        prototype.clearRect = function (...area) {
          if (this.canvas.closest('.chart')) drawn++;
          clearRect.apply(this, area);
        };
        for (let step = first; step < first + reports; step++) {
          const curves = { loss: { steps: Float64Array.of(step), values: Float64Array.of(step) } };
          const run = {
            ...{ id: 1, label: 'model.ts', hyper: [], pictures: {}, branches: [], branch: 0 },
            ...{ state: 'running', step, curves, gradients: {}, ratios: {} },
          };
          const data = { kind: 'event', name: 'run', data: run };
          window.dispatchEvent(new MessageEvent('message', { data }));
          await new Promise((done) => setTimeout(done));
        }
        prototype.clearRect = clearRect;
        return drawn;
      },
      [from, count] as const,
    );
  const logging = model('log({ loss: h });').replace('cat, type', 'cat, log, type');
  const chartAt = (page: Page, step: number) =>
    page.locator(`.chart canvas[aria-label*="at step ${step}"]`).waitFor();

  it('draws the curves of a very fast run now and then, not for each report', async () => {
    await lab.train(logging);
    const page = await open('playground');
    await page.locator('.chart canvas').first().waitFor();
    const drawn = await report(page, 6, 200);
    await chartAt(page, 205);
    assert.ok(drawn > 0 && drawn < 100, `${drawn} drawings for 200 reports`);
  });

  it('neither draws the playground nor asks its model while another tab is open', async () => {
    const ended = lab.lab.next('ended');
    await lab.train(logging);
    await ended;
    const page = await open('playground');
    await chartAt(page, 5);
    await page.getByRole('tab', { name: 'Layers' }).click();
    await page.locator('#panel-playground').waitFor({ state: 'hidden' });
    lab.answered.length = 0;
    assert.equal(await report(page, 6, 50), 0);
    assert.deepEqual(lab.answered, []);
    await page.getByRole('tab', { name: 'Playground' }).click();
    await chartAt(page, 55);
  });
});
