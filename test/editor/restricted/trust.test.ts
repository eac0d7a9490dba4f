// A folder that is not trusted: the extension is there, but nothing of the user's runs or is written.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  notifications,
  openFile,
  palette,
  screenshot,
  statusBar,
  until,
  workspaceFolder,
} from '../support/ui';

/** A model that leaves a file behind as soon as any of it runs. */
const model = (proof: string): string => `
import { log } from 'retrograd';
import { writeFileSync } from 'node:fs';

writeFileSync(${JSON.stringify(proof)}, 'ran');
export function train() {
  log({ loss: 1 });
}
`;

describe('a workspace that is not trusted', () => {
  it('is what this suite runs in', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  it('says why a model does not train, and runs nothing of it', async () => {
    const proof = join(workspaceFolder(), 'proof.txt');
    await openFile('model.ts', model(proof));
    await palette('Retrograd: Train Model');
    const shown = await until('a message about trust', async () =>
      (await notifications()).find((text) => text.includes('only in a trusted workspace')),
    );
    await screenshot('restricted');
    assert.match(shown, /runs the code of a model file/);
    assert.ok(!existsSync(proof), 'the model ran');
    assert.ok(!(await statusBar()).some((text) => /step \d|loading model/.test(text)));
  });

  it('says why a model is not debugged, and runs nothing of it', async () => {
    const proof = join(workspaceFolder(), 'debugged.txt');
    await openFile('debugged.ts', model(proof));
    await vscode.commands.executeCommand('notifications.clearAll');
    await palette('Retrograd: Debug Model');
    await until('a message about trust', async () =>
      (await notifications()).find((text) => text.includes('debugs only in a trusted workspace')),
    );
    assert.equal(vscode.debug.activeDebugSession, undefined);
    assert.ok(!existsSync(proof), 'the model ran');
  });

  it('writes no package into the folder', () => {
    assert.ok(!existsSync(join(workspaceFolder(), 'node_modules')));
  });
});
