// How long it takes from a key on the Timeline until the Model page has drawn that moment, in the real editor. Knows no limit.
import type { Frame } from 'playwright-core';
import * as vscode from 'vscode';
import { galleryModel } from '../models';
import { openFile, until, webview } from '../support/ui';

const presses = Number(process.env.PRESSES ?? 40);

/** Presses a key on the Timeline; milliseconds from there to the frame in which the Model page shows that moment. */
async function timeOf(timeline: Frame, model: Frame, key: string): Promise<number> {
  // Counted from the same moment in all pages of the window.
  const painted = model.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const watch = new MutationObserver(() => {
          watch.disconnect();
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
            port2.postMessage(0);
          });
        });
        const view = document.getElementById('view')!;
        watch.observe(view, { attributes: true, attributeFilter: ['data-position'] });
        setTimeout(() => resolve(NaN), 3000);
      }),
  );
  // Whatever is asked next comes behind the watch.
  await model.evaluate(() => document.title);
  const pressed = await timeline.evaluate((name) => {
    const now = performance.timeOrigin + performance.now();
    const handle = document.querySelector('.moment-line .handle')!;
    handle.dispatchEvent(new KeyboardEvent('keydown', { key: name, cancelable: true }));
    return now;
  }, key);
  return (await painted) - pressed;
}

const at = (values: readonly number[], part: number): number =>
  Number(values.toSorted((a, b) => a - b)[Math.floor(values.length * part)].toFixed(1));

describe('a view', function () {
  this.timeout(180_000);
  this.retries(0);

  it('follows the Timeline', async () => {
    const text = galleryModel('lenet.ts').replace('count: 10000', 'count: 320');
    const { document } = await openFile('lenet.ts', text);
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    await vscode.commands.executeCommand('retrograd.showLayers');
    const model = await webview('#view.model');
    await model.locator('.empty vscode-button').click();
    const timeline = await webview('#view.timeline');
    await timeline.locator('.moment-line .handle').waitFor({ state: 'visible' });
    await timeline.locator('.moment-line .handle').press('End');
    for (const [name, command] of [
      ['layers', 'showLayers'],
      ['convolution', 'showConvolution'],
      ['updates', 'showUpdates'],
    ]) {
      await vscode.commands.executeCommand(`retrograd.${command}`);
      await until(
        'its tab',
        async () =>
          (await model.locator('[role=tab][aria-selected=true]').getAttribute('id')) ===
          `tab-${name}`,
      );
      const times: number[] = [];
      const work: number[] = [];
      for (let i = 0; i < presses; i++) {
        times.push(await timeOf(timeline, model, i % 20 < 10 ? 'ArrowLeft' : 'ArrowRight'));
        work.push(Number(await model.locator('#view').getAttribute('data-work')));
      }
      const seen = times.filter((time) => !Number.isNaN(time));
      const figures = {
        median: at(seen, 0.5),
        p95: at(seen, 0.95),
        presses: seen.length,
        lost: times.length - seen.length,
        goal: 50,
      };
      const page = { median: at(work, 0.5), p95: at(work, 0.95), goal: 16 };
      console.log(JSON.stringify({ view: name, keyToPicture: figures, inThePage: page }));
    }
  });
});
