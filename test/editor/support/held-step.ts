// Holds a recorded step and reads what its pages show, in the real editor. Knows no test.
import type { Frame, Locator } from 'playwright-core';
import * as vscode from 'vscode';
import { galleryModel } from '../models';
import { openFile, screenshot, until, webview } from './ui';

const page = (): Promise<Frame> => webview('#view.model');

/** Shows a tab of the Model page. */
export async function open(command: string): Promise<Frame> {
  await vscode.commands.executeCommand(`retrograd.${command}`);
  return page();
}

/** Trains a model to its end, records its first step, and goes to the end of that. */
export async function hold(
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
  // While a run goes on, the line follows it until a key points at a step.
  await until('more steps', async () => (await now()) > step, 60_000);
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
export async function goTo(key: string): Promise<void> {
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
export async function numbers(view: Frame, caption: string): Promise<string[]> {
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
export const numeric = (shown: string): number => Number(shown.replaceAll('−', '-'));

export const text = async (view: Frame, pattern: RegExp): Promise<string> =>
  until(`${String(pattern)} in the Model page`, async () => {
    const shown = await view.locator('.panels').innerText();
    return pattern.test(shown) ? shown : undefined;
  });

/** After each test: a failure leaves a picture, and nothing of the run is left. */
export async function leave(test: Mocha.Test | undefined): Promise<void> {
  if (test?.state === 'failed') await screenshot(`failed ${test.title}`);
  await vscode.commands.executeCommand('retrograd.stop');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
