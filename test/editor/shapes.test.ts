// Shapes while one types: hovers, hints beside the code, lenses, squiggles and their repairs.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lstm } from '../debug/models';
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
    .replaceAll('**', '')
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

/** Shows the hover over a word on the screen, as a key does, and waits until it can be read there. */
async function showHover(
  editor: vscode.TextEditor,
  after: string,
  word: string,
  says: string | RegExp,
): Promise<void> {
  const text = editor.document.getText();
  const place = editor.document.positionAt(text.indexOf(word, text.indexOf(after)) + 1);
  editor.selection = new vscode.Selection(place, place);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenter);
  const page = await connect();
  await until('our hover on the screen', async () => {
    const all = await page.locator('.monaco-hover:not(.hidden)').allInnerTexts();
    const shown = all.join('\n').replace(/\s/g, ' ');
    const found = typeof says === 'string' ? shown.includes(says) : says.test(shown);
    // Whatever the editor shows anew meanwhile takes a hover away.
    if (!found) await vscode.commands.executeCommand('editor.action.showHover');
    return found;
  });
}

/** Follows a link of a hover, as a click does: the first one, or that with this title. */
async function followLink(
  document: vscode.TextDocument,
  after: string,
  word: string,
  title = 'open at this call',
): Promise<void> {
  const text = await hoverTexts(document, after, word);
  const [, query] = new RegExp(`${title}\\]\\(command:retrograd\\.openCall\\?([^)]*)\\)`).exec(
    text,
  )!;
  const [argument] = JSON.parse(decodeURIComponent(query)) as unknown[];
  await vscode.commands.executeCommand('retrograd.openCall', argument);
}

/** Models that are hard to keep in one's head: where to hover, and what must be said there. */
const wonders: [name: string, after: string, word: string, says: RegExp][] = [
  [
    'adding-problem.ts',
    'const [states]',
    'forward(x)',
    /30 steps of \[50, 2\] × \[2, 4·32\].*4·32·\(2 \+ 32 \+ 2\) = 4,608 parameters/s,
  ],
  ['seq2seq-addition.ts', 'const step =', 'forward(y ?', /8 times in Seq2Seq\.forward · t = 0…3/],
  ['gpt-sort.ts', 'const [looked]', 'forward(n', /3 heads of 36\/3 = 12|3 heads of 48\/3 = 16/],
];

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
    await vscode.extensions.getExtension('retrograd.retrograd')!.activate();
    // The very first hover waits for the program to have run.
    const text = await hoverTexts(document, 'forward(x', 'conv1');
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
    await showHover(editor, 'class LeNet', 'forward(x).relu()', 'f32 [B, 6, 28, 28]');
    await screenshot('shapes-lenet');
    assert.deepEqual(shapeProblems(document.uri), []);
  });

  for (const [name, after, word, says] of wonders) {
    it(`${name}: a hover tells where its numbers come from`, async () => {
      const editor = await openFile(`shapes-${name}`, galleryModel(name));
      await hoverWith(editor.document, after, word, says);
      await showHover(editor, after, word, says);
      await screenshot(`shapes-${name.replace('.ts', '')}`);
      assert.deepEqual(shapeProblems(editor.document.uri), []);
    });
  }

  it('after a run hovers tell what was seen, and lead to the call', async () => {
    const editor = await openFile('shapes-seen.ts', lstm);
    const { document } = editor;
    await hoverWith(document, 'const out', 'out', /f32 \[/);
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    const seen = /Seen in step (\d+) · cell/;
    const text = await hoverWith(document, 'forward(', 'cell', seen);
    assert.match(text, /f32 \[2, 4\] mean .* std .* \[.*\]/);
    // The step was not held: the same run begins anew, and stands there.
    await followLink(document, 'forward(', 'cell');
    const held = await hoverWith(document, 'const out', 'out', /call 1 of 8 · t=0/);
    assert.match(held, /open at this call/);
    assert.match(held, /data:image\/png;base64,/);
    await followLink(document, 'const out', 'out', 't=1');
    await hoverWith(document, 'const out', 'out', /call 2 of \d+ · t=1/);
    await showHover(editor, 'const out', 'out', /Seen in step/);
    await screenshot('shapes-seen');
    await vscode.commands.executeCommand('retrograd.stop');
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
