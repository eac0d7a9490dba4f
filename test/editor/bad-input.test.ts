// Every way in which a model can be wrong: one clear message at its place, and the next run works.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { circleModel, modelWith } from './models';
import {
  notifications,
  openFile,
  palette,
  problems,
  statusBar,
  until,
  webview,
} from './support/ui';

interface Case {
  name: string;
  text: string;
  /** The line with the problem, from 1. */
  line: number;
  says: RegExp;
  severity?: vscode.DiagnosticSeverity;
}

const layer = `import { nn, randn, log, type Tensor } from 'retrograd';
void log;
class Net extends nn.Module {
  fc = new nn.Linear(3, 2);
  forward(x: Tensor): Tensor {
    BODY
  }
}
export function train() {
  new Net().forward(randn([4, 5]));
}
`;

const cases: Case[] = [
  { name: 'a syntax error', text: modelWith('  const = 1;'), line: 4, says: /./ },
  {
    name: 'a throw inside forward',
    text: layer.replace('BODY', "throw new Error('no such thing');"),
    line: 6,
    says: /no such thing/,
  },
  {
    name: 'shapes that do not fit',
    text: layer.replace('BODY', 'return this.fc.forward(x);'),
    line: 6,
    says: /\[4, 5\]/,
  },
  {
    name: 'an import that does not exist',
    text: "import { nothing } from './nowhere';\n" + modelWith('  void nothing;'),
    line: 1,
    says: /nowhere/,
  },
  {
    name: 'process.exit',
    text: modelWith('  process.exit(7);'),
    line: 4,
    says: /process\.exit\(7\)/,
  },
  {
    name: 'a promise that never settles',
    text: modelWith('  await new Promise(() => undefined);', 'async function'),
    line: 3,
    says: /never/,
  },
  {
    name: 'a dataset file that does not exist',
    text: "import { readFileSync } from 'node:fs';\n" + modelWith("  readFileSync('missing.csv');"),
    line: 5,
    says: /missing\.csv/,
  },
];

const ours = (uri: vscode.Uri): vscode.Diagnostic[] => problems(uri, 'retrograd');

const idle = (): Promise<boolean> =>
  until(
    'the end of the run',
    async () => !(await statusBar()).some((text) => /step \d|loading/.test(text)),
  );

async function trainsAgain(): Promise<void> {
  await vscode.commands.executeCommand('notifications.clearAll');
  const { document } = await openFile('good.ts', circleModel(20));
  await palette('Retrograd: Train Model');
  const view = await webview('.badge');
  await until('the end of the next run', async () =>
    /done\s+good\.ts/.test(await view.locator('.title').innerText()),
  );
  assert.deepEqual(ours(document.uri), []);
}

describe('a model that is wrong', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('retrograd.stop');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  for (const [i, { name, text, line, says }] of cases.entries()) {
    it(`${name}: one diagnostic, one message, and the next run works`, async () => {
      const { document } = await openFile(`wrong${i}.ts`, text);
      await vscode.commands.executeCommand('retrograd.train', document.uri);
      const [diagnostic, ...more] = await until(`a diagnostic for ${name}`, () => {
        const all = ours(document.uri);
        return all.length > 0 ? all : undefined;
      });
      assert.match(diagnostic.message, says);
      assert.equal(diagnostic.range.start.line + 1, line, diagnostic.message);
      assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
      await until('one message', async () => {
        const texts = await notifications();
        if (texts.length > 1) throw new Error(texts.join(' | '));
        return texts.length === 1;
      });
      await idle();
      assert.deepEqual(more, []);
      await trainsAgain();
      assert.deepEqual(ours(document.uri), []);
    });
  }

  it('a file without train is said to be no model, and nothing runs', async () => {
    await openFile('none.ts', "import { nn } from 'retrograd';\nvoid nn;\n");
    const uri = vscode.window.activeTextEditor!.document.uri;
    await vscode.commands.executeCommand('retrograd.train', uri);
    const [diagnostic] = await until('a diagnostic', () =>
      ours(uri).length > 0 ? ours(uri) : undefined,
    );
    assert.match(diagnostic.message, /train/);
    await trainsAgain();
  });

  it('a loss that is not a number is told where it arises', async () => {
    const lines = [
      '  const layer = new nn.Linear(1, 1);',
      '  layer.forward(tensor([[NaN]])).sum().backward();',
    ];
    const text = modelWith(lines.join('\n'));
    const { document } = await openFile('nan.ts', text);
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    const [diagnostic] = await until('a diagnostic', () =>
      ours(document.uri).length > 0 ? ours(document.uri) : undefined,
    );
    assert.match(diagnostic.message, /NaN/);
    assert.equal(diagnostic.range.start.line + 1, 5);
    await trainsAgain();
  });

  it('an infinite loop can be stopped', async () => {
    const { document } = await openFile('endless.ts', modelWith('  for (;;);'));
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    await webview('.badge[data-state="running"]');
    const begin = performance.now();
    await vscode.commands.executeCommand('retrograd.stop');
    assert.ok(performance.now() - begin < 1000, 'stopping took more than a second');
    await webview('.badge[data-state="stopped"]');
    await trainsAgain();
  });

  it('a million log lines do not hold the editor up', async () => {
    const body = '  for (let i = 0; i < 1e6; i++) console.log(i);';
    const { document } = await openFile('chatty.ts', modelWith(body));
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    await webview('.badge[data-state="done"]', 60_000);
    await trainsAgain();
  });

  it('a diagnostic goes when its line is edited, and stays when another is', async () => {
    const { document } = await openFile('edited.ts', modelWith("  throw new Error('here');"));
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    await until('a diagnostic', () => ours(document.uri).length === 1);
    const insert = async (line: number): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(line, 10), ' ');
      await vscode.workspace.applyEdit(edit);
    };
    await insert(0);
    assert.equal(ours(document.uri).length, 1);
    const { range } = ours(document.uri)[0];
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, range, 'changed');
    await vscode.workspace.applyEdit(edit);
    await until('no diagnostic', () => ours(document.uri).length === 0);
  });
});
