// Debugging in the real VS Code: forwards, backwards and back in time, through its own buttons and views.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { attention, lenet, lineOf, logOfZero, lstm } from '../debug/models';
import {
  boxes,
  breakAt,
  callStack,
  inConsole,
  key,
  pressDebug,
  standing,
  stopDebugging,
  stoppedAt,
  toolbar,
  variables,
  watch,
} from './support/debug';
import { connect, openFile, palette, problems, screenshot, statusBar, until } from './support/ui';

/** Steps back over `optimizer.step()`, to the old weights, and into it, to a parameter. */
async function overTheOptimizer(
  uri: vscode.Uri,
  text: string,
  weight: string,
  first: RegExp,
): Promise<void> {
  breakAt(uri, [{ line: lineOf(text, 'log({ loss })') }]);
  await toolbar('continue');
  await stoppedAt(lineOf(text, 'log({ loss })'));
  const after = await watch(weight);
  await key('Control+F10');
  await stoppedAt(lineOf(text, 'optimizer.step'));
  assert.notEqual(await watch(weight), after);
  await toolbar('step-into');
  await until('a parameter on the call stack', async () =>
    (await callStack()).some((row) => first.test(row)),
  );
}

/** From the breakpoint of one training step three steps on and back: the same numbers. */
async function stepsBackAndForward(numbers: string): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) {
    await toolbar('continue');
    await until(`step ${i + 1}`, async () => (await watch('$step')) === String(i + 1));
    seen.push(await watch(numbers));
  }
  for (let i = 2; i >= 0; i--) {
    await toolbar('reverse-continue');
    await until(`step ${i + 1} again`, async () => (await watch('$step')) === String(i + 1));
    assert.equal(await watch(numbers), seen[i]);
  }
}

/** Rests the mouse on a name with Alt held down, which brings the editor's hovers back. */
async function hoverWithAlt(name: string): Promise<string> {
  const page = await connect();
  const token = page
    .locator('.view-lines .view-line')
    .filter({ hasText: `const${String.fromCharCode(160)}${name}` })
    .locator('span', { hasText: new RegExp(`^\\W?${name}$`) })
    .first();
  await page.mouse.move(0, 0);
  // A hand is never quite still; the editor waits for it to move.
  let jitter = 0;
  await until("the debugger's hover", async () => {
    const { x, y, width, height } = (await token.boundingBox())!;
    await page.mouse.move(x + width / 2 + (jitter++ % 2), y + height / 2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return page.locator('.debug-hover-widget').isVisible();
  });
  await page.keyboard.down('Alt');
  const picture = page.locator('.monaco-hover:not(.hidden) img').first();
  await picture.waitFor({ state: 'visible' });
  const texts = await page.locator('.monaco-hover:not(.hidden) .hover-contents').allInnerTexts();
  return texts.join('\n');
}

describe('debugging a model', function () {
  this.timeout(200_000);

  afterEach(async () => {
    await stopDebugging();
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  const begin = async (name: string, text: string): Promise<vscode.Uri> => {
    const { document } = await openFile(name, text);
    await vscode.commands.executeCommand('workbench.view.debug');
    await vscode.commands.executeCommand('workbench.action.closePanel');
    return document.uri;
  };

  it('walks an LSTM forwards, backwards, across the border, the optimizer and training steps', async () => {
    const uri = await begin('lstm.ts', lstm);
    const line = lineOf(lstm, 'const out');
    breakAt(uri, [{ line, condition: '$iter === 5' }]);
    await pressDebug();
    await stoppedAt(lineOf(lstm, 'const xs'));
    await screenshot('debug entry');
    await toolbar('continue');
    await stoppedAt(/cell · t=5.*:/);
    assert.match(await watch('h'), /^f32 \[2, 4\] mean /);
    // The editor's own hover tells of the same place of the same step.
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      new vscode.Position(line - 1, lstm.split('\n')[line - 1].indexOf('out')),
    );
    const told = hovers.flatMap(({ contents }) =>
      contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : '')),
    );
    assert.match(told.join('\n'), /Seen in step 1\*\* · call 6 of 8 · t=5/);
    const norm = await watch('h.norm()');
    await until('the variables', async () =>
      (await variables()).some((row) => /gates ?[:=] ?f32 \[2, 16\]/.test(row)),
    );
    await screenshot('debug forward');
    // Back to t = 4, with its own button.
    breakAt(uri, [{ line, condition: '$iter === 4' }]);
    await toolbar('reverse-continue');
    await stoppedAt(/cell · t=4/);
    assert.notEqual(await watch('h.norm()'), norm);
    // The same line in backward, by F5.
    breakAt(uri, [{ line, condition: "$iter === 5 && $phase === 'backward'" }]);
    await key('F5');
    await stoppedAt(/∂ cell · t=5/);
    await until('the gradient', async () =>
      (await variables()).some((row) => /∂out ?[:=] ?f32 \[2, 4\] mean/.test(row)),
    );
    await screenshot('debug backward');
    // What flows: at the line's end, and as a picture in the hover, in the light.
    const page = await connect();
    await until('values at the ends of lines', async () =>
      /‖[\d.]+‖\s∂‖[\d.e-]+‖/.test(await page.locator('.view-lines').first().innerText()),
    );
    const colors = vscode.workspace.getConfiguration('workbench');
    const theme = colors.inspect<string>('colorTheme')?.globalValue;
    await colors.update('colorTheme', 'Default Light Modern', vscode.ConfigurationTarget.Global);
    try {
      assert.match(await hoverWithAlt('out'), /f32 \[2, 4\] mean [^]*gradient.s norm/);
      await screenshot('debug flow');
    } finally {
      await page.keyboard.up('Alt');
      await page.mouse.move(0, 0);
      await page.keyboard.press('Escape');
      await colors.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
    }
    // Across the border between backward and forward.
    breakAt(uri, [{ line, condition: '$iter === 7' }]);
    await toolbar('reverse-continue');
    await stoppedAt(/∂ cell · t=7/);
    await toolbar('reverse-continue');
    await stoppedAt(/(?<!∂ )cell · t=7/);
    // While the editor draws the new rows, the old ones are still there.
    await until('only forward frames', async () => !(await callStack()).join().includes('∂'));
    await overTheOptimizer(uri, lstm, 'model.head.weight.norm()', /cell\.inputs\.weight/);
    await screenshot('debug update');
    await stepsBackAndForward('[loss.item(), model.head.bias.item()]');
    // The whole run is asked in the Debug Console; a branch begins there, and is left for its trunk.
    await inConsole(
      '$lastChange(model.head.bias)',
      /step \d, row \d+: .*Update changed head\.bias by/,
    );
    await screenshot('debug console');
    await inConsole('$branch()', /a branch begins with step 1/);
    await until('the branch', async () => /branch 1 · step 1/.test(await standing()), 60_000);
    await inConsole('$goTo(2, 0)', /going to step 2 of the trunk/);
    await until('the trunk', async () => /(?<!branch 1 · )step 2/.test(await standing()), 60_000);
  });

  it('starts by F5 without a launch.json, and steps through LeNet with own buttons for back-into and back-out', async () => {
    const uri = await begin('lenet-debug.ts', lenet);
    breakAt(uri, [{ line: lineOf(lenet, 'this.conv2') }]);
    await key('F5');
    const page = await connect();
    const choice = page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'Retrograd' })
      .first();
    await choice.waitFor({ state: 'visible' });
    await choice.click();
    await stoppedAt(lineOf(lenet, 'const images'));
    await toolbar('continue');
    await stoppedAt(lineOf(lenet, 'this.conv2'));
    assert.deepEqual(await boxes(), []);
    await toolbar('step-into');
    await stoppedAt(/conv2d/);
    const boxed = await until('a box around the op', async () => (await boxes()).at(0));
    assert.equal(boxed, 'this.conv2.forward(x)'.length);
    await screenshot('debug op');
    await palette('Retrograd: Step Back Out');
    await stoppedAt(lineOf(lenet, 'const loss'));
    await screenshot('debug lenet');
    const line = lineOf(lenet, 'this.conv2');
    breakAt(uri, [{ line, condition: "$phase === 'backward'" }]);
    await toolbar('continue');
    await stoppedAt(/∂ LeNet/);
    assert.match(await watch('x.grad'), /^f32 \[4, 16, 5, 5\] mean /);
    breakAt(uri, [{ line }]);
    await toolbar('reverse-continue');
    await stoppedAt(/(?<!∂ )LeNet/);
    assert.equal(await watch('$phase'), '"forward"');
    await overTheOptimizer(uri, lenet, 'model.conv1.weight.norm()', /conv1\.weight/);
    await stepsBackAndForward('[loss.item(), model.head.bias.norm().item()]');
  });

  it('lands on the logarithm that made a NaN, with the exception under its line', async () => {
    await begin('log.ts', logOfZero);
    await pressDebug();
    await stoppedAt(lineOf(logOfZero, 'const loss'));
    await toolbar('continue');
    await stoppedAt(lineOf(logOfZero, 'shifted.log()'));
    const page = await connect();
    const widget = page.locator('.exception-widget');
    await widget.waitFor({ state: 'visible' });
    assert.match(await widget.innerText(), /log makes NaN at element 0: log\(-3\.\d+\)/);
    await screenshot('debug nan');
  });

  it('shows the gradient of the weights of two-head attention, and the tape in the Disassembly View', async () => {
    const uri = await begin('attention-debug.ts', attention);
    breakAt(uri, [
      { line: lineOf(attention, 'const weights'), condition: "$phase === 'backward'" },
    ]);
    await pressDebug();
    await stoppedAt(lineOf(attention, 'const x'));
    await toolbar('continue');
    await stoppedAt(/∂ .*Attention/);
    assert.match(await watch('weights.grad'), /^f32 \[2, 2, 5, 5\] mean /);
    // In forward, into the softmax and out of it again, both ways.
    const line = lineOf(attention, 'const weights');
    breakAt(uri, [{ line, condition: "$phase === 'forward'" }]);
    await toolbar('reverse-continue');
    await stoppedAt(/^Attention attention/);
    await toolbar('step-into');
    await stoppedAt(/softmax · amax/);
    await key('F10');
    await stoppedAt(/softmax · sub/);
    await until('what the parts have made', async () =>
      (await variables()).some((row) => /1 amax ?[:=] ?f32 \[2, 2, 5, 1\]/.test(row)),
    );
    await screenshot('debug inside');
    await toolbar('step-out');
    await stoppedAt(lineOf(attention, 'return weights'));
    await key('Control+F11');
    await stoppedAt(/softmax · div/);
    await vscode.commands.executeCommand('debug.action.openDisassemblyView');
    const page = await connect();
    await until('the parts of the softmax on the tape', async () =>
      /·\s+2\s+exp[^]*·\s+4\s+div/.test(await page.locator('.disassembly-view').innerText()),
    );
    await screenshot('debug tape');
    // With the tape in front, a step is an op.
    await page.locator('.disassembly-view .monaco-list').click();
    await page.keyboard.press('F10');
    await stoppedAt(/Attention · matmul/);
    await vscode.window.showTextDocument(uri);
    await overTheOptimizer(uri, attention, 'model.query.weight.norm()', /query\.weight/);
    await stepsBackAndForward('[loss.item(), model.value.bias.norm().item()]');
  });

  it('trains by Ctrl+F5, debugs by a checked launch.json, and ends a long walk that is cancelled', async () => {
    const endless = lstm.replace('step < 12', 'step < 1e9');
    const uri = await begin('launched.ts', endless);
    const configuration = {
      ...{ type: 'retrograd', request: 'launch', name: 'Third step', program: uri.fsPath },
      ...{ step: 3, seed: 5, budget: 0 },
    };
    const write = async (budget: number): Promise<vscode.Uri> => {
      const text = { version: '0.2.0', configurations: [{ ...configuration, budget }] };
      const { document } = await openFile('.vscode/launch.json', JSON.stringify(text, null, 2));
      return document.uri;
    };
    const launch = await write(0);
    await until('the check of an attribute', () =>
      problems(launch).some(({ message }) => /exclusive minimum|minimum of 0/i.test(message)),
    );
    const offers = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      launch,
      new vscode.Position(2, 21),
    );
    const labels = offers.items.map(({ label }) =>
      typeof label === 'string' ? label : label.label,
    );
    assert.ok(labels.includes('Retrograd: Debug Model'), labels.join(', '));
    await screenshot('debug launch');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await write(64);
    await vscode.window.showTextDocument(uri);
    await key('Control+F5');
    await until('the run', async () => (await statusBar()).some((text) => /step \d/.test(text)));
    const session = (): string | undefined => vscode.debug.activeDebugSession?.name;
    assert.equal(session(), undefined, 'Ctrl+F5 only trains');
    await vscode.commands.executeCommand('retrograd.stop');
    await key('F5');
    await stoppedAt(lineOf(endless, 'const xs'));
    assert.equal(await watch('$step'), '3');
    assert.equal(session(), 'Third step');
    // A breakpoint whose condition never holds: training goes on and on, until it is cancelled.
    breakAt(uri, [{ line: lineOf(endless, 'const out'), condition: 'h.shape.length > 5' }]);
    await toolbar('continue');
    const page = await connect();
    const progress = page
      .locator('.notifications-center .notification-list-item')
      .filter({ hasText: 'Continuing' })
      .first();
    await until('the progress', async () => {
      await vscode.commands.executeCommand('notifications.showList');
      return progress.isVisible();
    });
    await screenshot('debug progress');
    await progress.getByText('Cancel').click();
    await stoppedAt(lineOf(endless, 'const xs'));
    await until('a later step', async () => Number(await watch('$step')) > 3);
  });

  it('refuses a second session with a clear message, and a file that is no model', async () => {
    await begin('one.ts', lstm);
    await pressDebug();
    await stoppedAt(lineOf(lstm, 'const xs'));
    const first = vscode.debug.activeDebugSession!;
    const { document } = await openFile('two.ts', lenet);
    const config = {
      type: 'retrograd',
      request: 'launch',
      name: 'two',
      program: document.uri.fsPath,
    };
    await vscode.debug.startDebugging(undefined, config).then(undefined, () => false);
    await until(
      'the first session to be the only one',
      () => vscode.debug.activeDebugSession?.id === first.id,
    );
    const none = { ...config, program: document.uri.fsPath.replace('two.ts', 'none.ts') };
    assert.equal(await vscode.debug.startDebugging(undefined, none), false);
  });
});
