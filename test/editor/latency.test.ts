// The editor stays smooth: the extension host is never held up while a network trains.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { galleryModel } from './models';
import { openFile, palette, until, webview } from './support/ui';

describe('the extension host while LeNet trains', () => {
  it('is never blocked for more than 50 ms', async () => {
    await openFile('busy.ts', galleryModel('lenet.ts'));
    await palette('Retrograd: Train Model');
    const view = await webview('.tiles li');
    const longest = await longestGap(() =>
      until(
        'step 30',
        async () => {
          const text = await view.locator('.progress-text').innerText();
          return Number(/[\d,]+/.exec(text)?.[0].replace(',', '')) >= 30;
        },
        60_000,
      ),
    );
    await vscode.commands.executeCommand('retrograd.stop');
    assert.ok(longest < 50, `the event loop was blocked for ${longest.toFixed(1)} ms`);
  });
});

/** The longest time, in milliseconds, that this thread did not get round to a timer of 5 ms. */
async function longestGap(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - before - 5);
    before = now;
  }, 5);
  await work();
  clearInterval(timer);
  return longest;
}
