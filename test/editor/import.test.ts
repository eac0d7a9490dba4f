// `import 'retrograd'` resolves where nothing is installed, and a real install is left alone.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ensurePackage } from '../../extension/package-install';
import { importsEngine, isModelFile, trainOffset } from '../../extension/model-file';
import { circleModel } from './models';
import {
  connect,
  hover,
  openFile,
  palette,
  problems,
  until,
  webview,
  workspaceFolder,
} from './support/ui';

describe('the import of retrograd', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('has no red squiggle, completions with docs, and a hover', async () => {
    const { document } = await openFile('types.ts', circleModel());
    await until('the package', () =>
      existsSync(join(workspaceFolder(), 'node_modules/retrograd/types')),
    );
    const place = document.positionAt(document.getText().indexOf('Linear('));
    const list = await until('completions', async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        place,
        undefined,
        50,
      );
      return items.some(({ label }) => label === 'Linear') ? items : undefined;
    });
    const linear = list.find(({ label }) => label === 'Linear')!;
    assert.ok(linear.documentation !== undefined, 'nn.Linear has no docs in its completion');
    const imported = (): vscode.Diagnostic[] =>
      problems(document.uri).filter(({ message }) => message.includes("'retrograd'"));
    await until('no squiggle under the import', () => imported().length === 0);
    assert.match(await hover('Linear'), /Linear/);
  });

  it('a new model has no squiggle, and learns', async () => {
    await palette('Retrograd: New Model…');
    const page = await connect();
    await page.locator('.quick-input-widget input.input').fill('mine');
    await page.keyboard.press('Enter');
    const document = await until('the new file', () => {
      const shown = vscode.window.activeTextEditor?.document;
      return shown?.fileName.endsWith('mine.ts') ? shown : undefined;
    });
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    const view = await webview('.badge');
    await until(
      'the end of the run',
      async () => /done\s+mine\.ts/.test(await view.locator('.title').innerText()),
      60_000,
    );
    const chart = await view.locator('.chart canvas').first().getAttribute('aria-label');
    const [, last, first] = /^loss: (\S+) at step [\d,]+; (\S+) at the start/.exec(chart ?? '')!;
    assert.ok(Number(last) < Number(first) / 2, chart ?? 'no chart');
    const errors = problems(document.uri).map(({ message }) => message);
    assert.deepEqual(errors, []);
  });
});

describe('installing the package', () => {
  let folder: string;
  let source: string;
  const write = (path: string, content: object): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content));
  };
  const version = (path: string): string =>
    (
      JSON.parse(
        readFileSync(join(folder, path, 'node_modules/retrograd/package.json'), 'utf8'),
      ) as { version: string }
    ).version;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retrograd-'));
    source = join(folder, 'shipped');
    write('shipped/package.json', { name: 'retrograd', version: '2.0.0' });
    write('shipped/index.js', {});
    mkdirSync(join(folder, 'home/models'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ensure = (file = 'home/models/a.ts'): Promise<boolean> =>
    ensurePackage(join(folder, file), join(folder, 'home'), source);

  it('goes into the workspace folder, once', async () => {
    assert.equal(await ensure(), true);
    assert.equal(await ensure(), false);
    assert.equal(version('home'), '2.0.0');
    assert.ok(existsSync(join(folder, 'home/node_modules/retrograd/index.js')));
  });

  it('goes beside the nearest package.json', async () => {
    write('home/models/package.json', {});
    await ensure();
    assert.equal(version('home/models'), '2.0.0');
    assert.ok(!existsSync(join(folder, 'home/node_modules')));
  });

  it('replaces an older copy of ours', async () => {
    await ensure();
    write('shipped/package.json', { name: 'retrograd', version: '2.1.0' });
    assert.equal(await ensure(), true);
    assert.equal(version('home'), '2.1.0');
  });

  it('leaves a real install alone', async () => {
    write('home/node_modules/retrograd/package.json', { name: 'retrograd', version: '1.0.0' });
    assert.equal(await ensure(), false);
    assert.equal(version('home'), '1.0.0');
  });
});

describe('recognizing a model file', () => {
  const imports = "import { nn } from 'retrograd';\n";

  it('takes every way to export train', () => {
    for (const declaration of [
      'export function train() {}',
      'export async function train() {}',
      'export const train = () => {};',
      'function train() {}\nexport { train };',
    ]) {
      assert.ok(isModelFile(imports + declaration), declaration);
    }
  });

  it('takes no file without the import or the export', () => {
    assert.ok(!isModelFile('export function train() {}'));
    assert.ok(!isModelFile(`${imports}function train() {}`));
    assert.ok(!isModelFile(`${imports}export function trainer() {}`));
    assert.ok(!importsEngine("import x from './retrograd';"));
    assert.ok(importsEngine("import {\n  nn,\n  F,\n} from 'retrograd';"));
  });

  it('finds the line of train', () => {
    assert.equal(trainOffset(`${imports}\nexport function train() {}`), imports.length + 1);
  });
});
