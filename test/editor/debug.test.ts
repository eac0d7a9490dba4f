// Debugging in the real VS Code: forwards, backwards and back in time, through its own buttons and views.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { attention, lenet, lineOf, logOfZero, lstm } from '../debug/models';
import {
  breakAt,
  callStack,
  key,
  pressDebug,
  stopDebugging,
  stoppedAt,
  toolbar,
  variables,
  watch,
} from './support/debug';
import { connect, openFile, palette, screenshot, until } from './support/ui';

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
    // Across the border between backward and forward.
    breakAt(uri, [{ line, condition: '$iter === 7' }]);
    await toolbar('reverse-continue');
    await stoppedAt(/∂ cell · t=7/);
    await toolbar('reverse-continue');
    const forward = await stoppedAt(/(?<!∂ )cell · t=7/);
    assert.ok(!forward.some((row) => row.includes('∂')), forward.join('\n'));
    // Over the optimizer, where the old weights are.
    breakAt(uri, [{ line: lineOf(lstm, 'log({ loss })') }]);
    await toolbar('continue');
    await stoppedAt(lineOf(lstm, 'log({ loss })'));
    const after = await watch('model.head.weight.norm()');
    await key('Control+F10');
    await stoppedAt(lineOf(lstm, 'optimizer.step'));
    const before = await watch('model.head.weight.norm()');
    assert.notEqual(before, after);
    await toolbar('step-into');
    await until('a parameter on the call stack', async () =>
      (await callStack()).some((row) => /cell\.inputs\.weight/.test(row)),
    );
    await screenshot('debug update');
    // Three training steps on and back: the same numbers.
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      await toolbar('continue');
      await until(`step ${i + 1}`, async () => (await watch('$step')) === String(i + 1));
      seen.push(await watch('[loss.item(), model.head.bias.item()]'));
    }
    for (let i = 2; i >= 0; i--) {
      await toolbar('reverse-continue');
      await until(`step ${i + 1} again`, async () => (await watch('$step')) === String(i + 1));
      assert.equal(await watch('[loss.item(), model.head.bias.item()]'), seen[i]);
    }
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
    await palette('Retrograd: Step Back Out');
    await stoppedAt(lineOf(lenet, 'const loss'));
    await screenshot('debug lenet');
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
    await vscode.commands.executeCommand('debug.action.openDisassemblyView');
    const page = await connect();
    await until('ops of the tape', async () =>
      /∂ softmax|softmax/.test(await page.locator('.disassembly-view').innerText()),
    );
    await screenshot('debug tape');
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
