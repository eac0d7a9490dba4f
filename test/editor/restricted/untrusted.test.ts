// In a workspace that is not trusted, nothing of the user's runs.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { modelWith } from '../models';
import { notifications, openFile, palette, statusBar, until, workspaceFolder } from '../support/ui';

describe('an untrusted workspace', () => {
  it('trains nothing, writes nothing, and says so once', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const witness = join(workspaceFolder(), 'ran.txt');
    const body = `  writeFileSync(${JSON.stringify(witness)}, 'ran');\n  const shown = randn([2, 3]);\n  return shown;`;
    const { document } = await openFile(
      'evil.ts',
      `import { writeFileSync } from 'node:fs';\n${modelWith(body)}`,
    );
    await palette('Retrograd: Train Model');
    const [message] = await until('a message', async () => {
      const all = await notifications();
      return all.some((text) => text.includes('trusted'))
        ? all.filter((text) => text.includes('trusted'))
        : undefined;
    });
    assert.match(message, /trains and debugs only in a trusted workspace/);
    assert.ok(!(await statusBar()).some((text) => /step \d|loading model/.test(text)));
    assert.ok(!existsSync(witness));
    assert.ok(!existsSync(join(workspaceFolder(), 'node_modules')));
    // Nor does it run without data, for shapes.
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      document.positionAt(document.getText().indexOf('shown')),
    );
    const said = hovers.flatMap(({ contents }) =>
      contents.map((content) => JSON.stringify(content)),
    );
    assert.ok(!said.some((text) => text.includes('f32')), said.join());
  });
});
