// Shapes while one types: hovers, hints beside the code, lenses, squiggles and their repairs.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { galleryModel } from './models';
import { connect, openFile, problems, screenshot, until } from './support/ui';

const source = 'retrograd shapes';

/** The texts of all hovers over the first `word` behind `after`. */
async function hoverTexts(document: vscode.TextDocument, after: string, word: string) {
  const text = document.getText();
  const at = text.indexOf(word, text.indexOf(after));
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    document.positionAt(at),
  );
  // Plain text in Markdown has its spaces and marks escaped.
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .join('\n')
    .replaceAll('&nbsp;', ' ')
    .replace(/\\(.)/g, '$1');
}

/** Waits for a hover that says something. */
async function hoverWith(document: vscode.TextDocument, after: string, word: string, says: RegExp) {
  const hover = async (): Promise<string | undefined> => {
    const text = await hoverTexts(document, after, word);
    return says.test(text) ? text : undefined;
  };
  return until(`a hover over ${word} with ${String(says)}`, hover, 60_000);
}

async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(
    document.positionAt(start),
    document.positionAt(start + from.length),
  );
  edit.replace(document.uri, range, to);
  await vscode.workspace.applyEdit(edit);
}

const shapeProblems = (uri: vscode.Uri): vscode.Diagnostic[] => problems(uri, source);

describe('shapes while one types', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('LeNet: lens, hints beside the code, and a hover on the screen', async () => {
    const editor = await openFile('shapes-lenet.ts', galleryModel('lenet.ts'));
    const { document } = editor;
    const text = await hoverWith(document, 'forward(x', 'conv1', /Conv2d/);
    assert.match(text, /weight \[6, 1, 5, 5\] = 150/);
    const page = await connect();
    // A lens that does nothing is no link.
    const lens = page.locator('.codelens-decoration').filter({ hasText: '61,706 parameters' });
    await lens.first().waitFor({ state: 'visible' });
    // The editor draws spaces as ones that do not break.
    const shown = await until('hints beside the code', async () => {
      const texts = (await page.locator('.view-lines').first().innerText()).replace(/\s/g, ' ');
      return texts.includes(': f32 [B, 6, 14, 14]') ? texts : undefined;
    });
    assert.match(shown, /: f32 \[B, 16, 5, 5\]/);
    const place = document.positionAt(document.getText().indexOf('forward(x).relu()', 500) + 2);
    editor.selection = new vscode.Selection(place, place);
    await vscode.commands.executeCommand('editor.action.showHover');
    const box = page.locator('.monaco-hover:not(.hidden) .hover-contents').first();
    await box.waitFor({ state: 'visible' });
    await until('our hover on the screen', async () => {
      const all = await page.locator('.monaco-hover:not(.hidden)').allInnerTexts();
      return all.join('\n').replace(/\s/g, ' ').includes('f32 [B, 6, 28, 28]');
    });
    await screenshot('shapes-lenet');
    assert.deepEqual(shapeProblems(document.uri), []);
  });

  it('a changed inFeatures is underlined, and repaired by the quick fix', async () => {
    const { document } = await openFile('shapes-broken.ts', galleryModel('lenet.ts'));
    await hoverWith(document, 'const scores', 'scores', /f32 \[B, 10\]/);
    await replace(document, '16 * 5 * 5', '401');
    const [diagnostic] = await until('a squiggle', () => {
      const found = shapeProblems(document.uri);
      return found.length > 0 ? found : undefined;
    });
    assert.match(diagnostic.message, /\[32, 400\].*400.*401/);
    assert.equal(document.getText(diagnostic.range), 'this.fc1.forward(x.flatten(1))');
    const related = diagnostic.relatedInformation!.map(({ message }) => message);
    assert.ok(related.includes('Linear was made here'), related.join());
    assert.ok(related.some((message) => /called from here/.test(message)));
    const page = await connect();
    await page.locator('.squiggly-error').first().waitFor({ state: 'attached' });
    await screenshot('shapes-squiggle');
    // Whatever does not depend on it keeps its hints.
    await hoverWith(document, 'forward(x', 'conv1', /Conv2d/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic.range,
    );
    const fix = actions.find(({ title }) => /inFeatures of this Linear to 400/.test(title));
    assert.ok(fix?.edit, actions.map(({ title }) => title).join());
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /new nn\.Linear\(400, 120\)/);
    await until('no squiggle', () => shapeProblems(document.uri).length === 0);
  });

  it('hints follow an edit, and half-typed code keeps what was known at its place', async () => {
    const { document } = await openFile('shapes-edit.ts', galleryModel('lenet.ts'));
    await hoverWith(document, 'const scores', 'scores', /f32 \[B, 10\]/);
    await replace(document, 'new nn.Linear(84, 10)', 'new nn.Linear(84, 12)');
    await hoverWith(document, 'const scores', 'scores', /f32 \[B, 12\]/);
    // Broken for good, and everything below moves down.
    await replace(
      document,
      'export function train() {',
      'const half = (\n\nexport function train() {',
    );
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.match(await hoverTexts(document, 'const scores', 'scores'), /f32 \[B, 12\]/);
    await replace(document, 'const half = (\n\n', '');
    await replace(document, 'new nn.Linear(84, 12)', 'new nn.Linear(84, 10)');
    await hoverWith(document, 'const scores', 'scores', /f32 \[B, 10\]/);
  });

  it('a file that does not import the engine is left alone', async () => {
    const text = 'export function train() {\n  const scores = [1, 2];\n  return scores;\n}\n';
    const { document } = await openFile('shapes-none.ts', text);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.doesNotMatch(await hoverTexts(document, 'const', 'scores'), /once|times/);
  });
});
