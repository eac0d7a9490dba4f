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
    const body = `  writeFileSync(${JSON.stringify(witness)}, 'ran');`;
    await openFile('evil.ts', `import { writeFileSync } from 'node:fs';\n${modelWith(body)}`);
    await palette('Retrograd: Train Model');
    const [message] = await until('a message', async () => {
      const all = await notifications();
      return all.some((text) => text.includes('trusted'))
        ? all.filter((text) => text.includes('trusted'))
        : undefined;
    });
    assert.match(message, /trains only in a trusted workspace/);
    assert.ok(!(await statusBar()).some((text) => /step \d|loading model/.test(text)));
    assert.ok(!existsSync(witness));
    assert.ok(!existsSync(join(workspaceFolder(), 'node_modules')));
  });
});
