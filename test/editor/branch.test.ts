// A person leaves a run at a past step with another learning rate: both curves are there to be compared.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lineOf } from '../debug/models';
import { circleModel } from './models';
import {
  breakAt,
  inConsole,
  pressDebug,
  standing,
  stopDebugging,
  stoppedAt,
  toolbar,
} from './support/debug';
import { leave } from './support/held-step';
import { openFile, screenshot, until, webview } from './support/ui';

const steps = 60;
const model = circleModel(steps).replace('log({ loss })', 'log({ loss, lr: hp.lr })');

describe('a branch', () => {
  afterEach(async function () {
    await leave(this.currentTest);
    await stopDebugging();
  });

  it('with another learning rate is a curve of its own, from the step at which it leaves its trunk', async () => {
    const { document } = await openFile('branch.ts', model);
    const logged = lineOf(model, 'log({ loss');
    breakAt(document.uri, [{ line: logged, condition: `$step === ${steps}` }]);
    await pressDebug();
    await stoppedAt(lineOf(model, 'const points'));
    await toolbar('continue');
    await stoppedAt(logged);
    await inConsole('$goTo(20)', /going to step 20/i);
    await until('step 20', async () => /step 20/.test(await standing()), 60_000);
    await inConsole('$branch(lr=0.2)', /a branch begins with step 20/);
    await until('the branch', async () => /branch 1 · step 20/.test(await standing()), 60_000);
    await toolbar('continue');
    await until('the branch at its end', async () =>
      new RegExp(`branch 1 · step ${steps}`).test(await standing()),
    );
    await vscode.commands.executeCommand('retrograd.showTraining');
    const page = await webview('.chart canvas[aria-label^="lr"]');
    const names = page.getByRole('list', { name: 'Branches' }).getByRole('listitem');
    await until('the names of both', async () => (await names.count()) === 2);
    assert.deepEqual(await names.allTextContents(), ['trunk', 'branch 1 from step 20, current']);
    const chart = page.locator('.chart canvas[aria-label^="lr"]');
    const told = await until('both curves', async () => {
      const label = (await chart.getAttribute('aria-label')) ?? '';
      return /lr: 0\.2 .*trunk: 0\.02 at step/.test(label) ? label : undefined;
    });
    assert.match(told, /lr: 0\.2 at step \d+; 0\.02 at the start; lowest 0\.02, highest 0\.2\./);
    await screenshot('branch');
  });
});
