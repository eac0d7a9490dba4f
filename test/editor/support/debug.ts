// Drives the debugger of the real VS Code: its toolbar, call stack and variables, as they can be seen. Knows no test.
import * as vscode from 'vscode';
import { lineOf } from '../../debug/models';
import { codeLens, connect, until } from './ui';

/**
 * Presses the lens above `train`, which must be in sight for that; again when it has moved away below the
 * mouse, as it does when the lenses of the classes above come in.
 */
export async function pressDebug(): Promise<void> {
  const editor = vscode.window.activeTextEditor!;
  const line = lineOf(editor.document.getText(), 'export function train') - 1;
  const range = new vscode.Range(line, 0, line, 0);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
  const begun = (): boolean => vscode.debug.activeDebugSession !== undefined;
  await until(
    'a debug session to begin',
    async () => {
      await (await codeLens('Debug')).click({ timeout: 5000 });
      return until('the press to be taken', begun, 6000);
    },
    60_000,
  );
}

/** The rows of the call stack, topmost first. */
export async function callStack(): Promise<string[]> {
  const page = await connect();
  const rows = await page.locator('.debug-call-stack .monaco-list-row').allInnerTexts();
  return rows.map((text) => text.replace(/\s+/g, ' ').trim());
}

/** What stands beside the title of the call stack: why the model stands, and where. */
export async function standing(): Promise<string> {
  const page = await connect();
  return page.locator('.pane-header', { hasText: 'Call Stack' }).innerText();
}

/** The widths of boxes around expressions in the editor, in characters. */
export async function boxes(): Promise<number[]> {
  const page = await connect();
  return page
    .locator('.monaco-editor')
    .first()
    .evaluate((editor) => {
      const drawn = [...editor.querySelectorAll('.view-overlays [class*="ced-"]')];
      const boxed = drawn.filter((each) => getComputedStyle(each).borderTopWidth === '1px');
      const line = [...editor.querySelectorAll('.view-line > span')].find((each) =>
        /^[\x20-\x7e\xa0]{20,}$/.test(each.textContent),
      )!;
      const character = line.getBoundingClientRect().width / line.textContent.length;
      return boxed.map((box) => Math.round(box.getBoundingClientRect().width / character));
    });
}

/** Waits until the model stands, at this line or where the call stack shows this; resolves with its rows. */
export async function stoppedAt(wanted: number | RegExp): Promise<string[]> {
  const shown = typeof wanted === 'number' ? new RegExp(`[ :]${wanted}(?::|$|\\s)`) : wanted;
  const page = await connect();
  let rows: string[] = [];
  return until(
    `the call stack to show ${String(shown)}`,
    async () => {
      const enabled = await page
        .locator('.debug-toolbar .action-label.codicon-debug-step-over:not(.disabled)')
        .count();
      rows = await callStack();
      return enabled > 0 && rows.some((row) => shown.test(row)) ? rows : undefined;
    },
    60_000,
  ).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}; it shows ${JSON.stringify(rows)}`, {
      cause: error,
    });
  });
}

/** Presses a button of the debug toolbar, such as `step-back`. */
export async function toolbar(button: string): Promise<void> {
  const page = await connect();
  const action = page.locator(
    `.debug-toolbar .action-label.codicon-debug-${button}:not(.disabled)`,
  );
  await action.first().waitFor({ state: 'visible' });
  await action.first().click();
}

/** Presses a key in the editor. */
export async function key(name: string): Promise<void> {
  const page = await connect();
  await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
  await page.keyboard.press(name);
}

/** The rows of the Variables view, as they can be seen. */
export async function variables(): Promise<string[]> {
  const page = await connect();
  const rows = await page.locator('.debug-variables .monaco-list-row').allInnerTexts();
  return rows.map((text) => text.replace(/\s+/g, ' ').trim());
}

/** Sets line breakpoints, as they would be by clicks in the gutter and the widget below a line. */
export function breakAt(
  uri: vscode.Uri,
  lines: readonly { line: number; condition?: string }[],
): void {
  vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  vscode.debug.addBreakpoints(
    lines.map(
      ({ line, condition }) =>
        new vscode.SourceBreakpoint(
          new vscode.Location(uri, new vscode.Position(line - 1, 0)),
          true,
          condition,
        ),
    ),
  );
}

/** Evaluates an expression in the stopped model, as a watch does. */
export async function watch(expression: string): Promise<string> {
  const item = vscode.debug.activeStackItem;
  const frameId = item instanceof vscode.DebugStackFrame ? item.frameId : undefined;
  const answer = (await vscode.debug.activeDebugSession!.customRequest('evaluate', {
    expression,
    context: 'watch',
    frameId,
  })) as { result: string };
  return answer.result;
}

/** Types a line into the Debug Console, and waits for what is answered. */
export async function inConsole(line: string, answer: RegExp): Promise<void> {
  const page = await connect();
  await vscode.commands.executeCommand('workbench.panel.repl.view.focus');
  const input = page.locator('.repl-input-wrapper .monaco-editor');
  await input.click();
  await page.keyboard.type(line);
  // The list of what begins with `$` must not swallow the Enter.
  const offers = page.locator('.suggest-widget.visible');
  if (await offers.isVisible()) await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  const rows = page.locator('.repl-tree .monaco-list-row');
  await until(`${answer} in the Debug Console`, async () =>
    (await rows.allInnerTexts()).some((row) => answer.test(row.replace(/\u00a0/g, ' '))),
  );
}

/** Ends every debug session. */
export async function stopDebugging(): Promise<void> {
  await vscode.debug.stopDebugging();
  await until('the session to end', () => vscode.debug.activeDebugSession === undefined);
  vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
}
