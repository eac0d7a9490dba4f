// What the views cost: the page's own work from a move of the cursor to its picture, and training with a view open. Knows no editor.
import { readFileSync } from 'node:fs';
import { Lab } from '../engine/session/runs';
import { closeBrowser, PageLab } from '../webview/support/page-lab';

const moves = 40;
const zooms = 8;
const pairs = 5;

const at = (values: readonly number[], part: number): number =>
  Number(values.toSorted((a, b) => a - b)[Math.floor(values.length * part)].toFixed(2));

const gallery = (name: string, change = (text: string) => text): string =>
  change(readFileSync(`extension/gallery/${name}.ts`, 'utf8'));

const million = `
import { nn, optim, randn } from 'retrograd';
export function train() {
  const layer = new nn.Linear(2, 1);
  const opt = new optim.SGD(layer.parameters(), { lr: 0.1 });
  for (let step = 0; step < 2; step++) {
    void randn([1000, 1000]).add(step);
    opt.zeroGrad();
    layer.forward(randn([4, 2])).square().mean().backward();
    opt.step();
  }
}`;

const fewDigits = (text: string): string => text.replace('count: 10000', 'count: 320');

/** Moves over the whole step, as a hand that drags does; milliseconds of work for each picture. */
async function workOf(text: string, tab: string): Promise<number[]> {
  const lab = new PageLab();
  await lab.hold(text);
  const page = await lab.page('model', { state: { chosen: { tab } }, width: 700 });
  const { positions } = (await lab.ask('timeline')) as { positions: number };
  const view = page.locator('#view');
  const go = async (position: number): Promise<number> => {
    await lab.ask('goTo', { position });
    await page.locator(`#view[data-position="${position}"]`).waitFor({ state: 'attached' });
    return Number(await view.getAttribute('data-work'));
  };
  await go(0);
  const times: number[] = [];
  for (let i = 1; i <= moves; i++) times.push(await go(Math.floor((i * (positions - 1)) / moves)));
  await lab.close();
  return times;
}

/** What the page works, beside waiting for answers, at each picture of a tensor of a million cells. */
async function workOfMillion(): Promise<Record<'zoom' | 'pan' | 'whole', number[]>> {
  const lab = new PageLab();
  await lab.hold(million);
  const page = await lab.page('model', { state: { chosen: { tab: 'layers' } }, width: 1000 });
  await page.locator('.card.op > .node:has(.path:text-is("add"))').click();
  const caption = page.locator('.inspector .matrix figcaption');
  await caption.getByText('press a place to zoom in').waitFor();
  /** Does something to the picture; its pixels are read once, so that they are drawn by then. */
  const work = (kind: string, at = 0): Promise<number> =>
    page.evaluate(
      ([what, place]) =>
        new Promise<number>((resolve) => {
          const view = document.getElementById('view')!;
          const canvas = document.querySelector<HTMLCanvasElement>('.inspector .matrix canvas')!;
          new MutationObserver((_, watch) => {
            watch.disconnect();
            const begin = performance.now();
            canvas.getContext('2d')!.getImageData(0, 0, 1, 1);
            const drawn = performance.now() - begin;
            // The page's next picture begins in a frame of its own.
            requestAnimationFrame(() => resolve(Number(view.dataset.work) + drawn));
          }).observe(view, { attributes: true, attributeFilter: ['data-work'] });
          const { left, top, width, height } = canvas.getBoundingClientRect();
          const [clientX, clientY] = [left + width * place, top + height * (1 - place)];
          if (what === 'zoom') canvas.dispatchEvent(new MouseEvent('click', { clientX, clientY }));
          else if (what === 'pan')
            canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
          else document.querySelector<HTMLElement>('[aria-label="Whole"]')!.click();
        }),
      [kind, at] as const,
    );
  const times = { zoom: [] as number[], pan: [] as number[], whole: [] as number[] };
  for (let i = 1; i <= zooms; i++) {
    times.zoom.push(await work('zoom', i / (zooms + 2)));
    // Ten keys more than it takes to the lower edge of the part.
    for (let key = 0; key < 16; key++) {
      const time = await work('pan');
      if (key >= 6) times.pan.push(time);
    }
    times.whole.push(await work('whole'));
  }
  await lab.close();
  return times;
}

/** Milliseconds of processor time for each step of LeNet, with or without the pictures that a view asks for. */
async function costOf(watched: boolean): Promise<number> {
  const lab = new Lab();
  const begin = process.cpuUsage();
  const text = gallery('lenet', (all) => all.replace('count: 10000', 'count: 3000'));
  let over = false;
  // As the Training view does: the next picture is asked for a tenth of a second after the last.
  const ask = (): void => {
    void Promise.resolve(lab.supervisor.handlers().activations())
      .catch(() => undefined)
      .then(() => over || setTimeout(ask, 100));
  };
  const told = await lab.train(text, {}, watched ? ask : undefined);
  over = true;
  const { user, system } = process.cpuUsage(begin);
  await lab.close();
  return (user + system) / 1000 / told.ended.steps;
}

const cases: [string, string, string][] = [
  ['lenet', 'layers', gallery('lenet', fewDigits)],
  ['lenet', 'convolution', gallery('lenet', fewDigits)],
  ['vanishing-gradients', 'through-time', gallery('vanishing-gradients')],
  ['lstm-by-hand', 'through-time', gallery('lstm-by-hand')],
  ['gpt-sort', 'layers', gallery('gpt-sort')],
  ['gpt-sort', 'attention', gallery('gpt-sort')],
  ['translation', 'attention', gallery('translation')],
  ['lenet', 'updates', gallery('lenet', fewDigits)],
];
for (const [name, tab, text] of cases) {
  const times = await workOf(text, tab);
  const figures = { median: at(times, 0.5), p95: at(times, 0.95), goal: 16 };
  console.log(JSON.stringify({ model: name, view: tab, millisecondsInThePage: figures }));
}
const millionCells = Object.entries(await workOfMillion()).map(([what, times]) => [
  what,
  { median: at(times, 0.5), p95: at(times, 0.95) },
]);
console.log(
  JSON.stringify({
    tensor: [1000, 1000],
    millisecondsInThePage: { ...Object.fromEntries(millionCells), goal: 16 },
  }),
);
await closeBrowser();

const ratios: number[] = [];
for (let i = 0; i < pairs; i++) {
  const plain = await costOf(false);
  ratios.push((await costOf(true)) / plain);
}
const percent = (ratio: number): number => Number((100 * (ratio - 1)).toFixed(1));
console.log(
  JSON.stringify({
    trainingWithAView: {
      medianPercent: percent(at(ratios, 0.5)),
      all: ratios.map(percent),
      goal: 5,
    },
  }),
);
