// The manifest and the code agree, and the extension starts fast.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commandTable } from '../../extension/commands';
import type { Api } from '../../extension/main';

interface Manifest {
  activationEvents: string[];
  contributes: {
    commands: { command: string; category: string; title: string }[];
    configuration: {
      properties: Record<string, { type: string; order: number; markdownDescription: string }>;
    };
    walkthroughs: { steps: { description: string; media: { svg: string } }[] }[];
  };
}

const extension = vscode.extensions.getExtension<Api>('retrograd.retrograd')!;
const { contributes, activationEvents } = extension.packageJSON as Manifest;

describe('the manifest', () => {
  it('names exactly the commands that the code has, under one category', () => {
    const names = contributes.commands.map(({ command }) => command);
    assert.deepEqual(names.toSorted(), Object.keys(commandTable).toSorted());
    assert.deepEqual(
      [...new Set(contributes.commands.map(({ category }) => category))],
      ['Retrograd'],
    );
  });

  it('describes every setting, in order', () => {
    const settings = Object.values(contributes.configuration.properties);
    assert.deepEqual(
      settings.map(({ order }) => order),
      settings.map((_, i) => i + 1),
    );
    for (const { type, markdownDescription } of settings) {
      assert.ok(type.length > 0);
      assert.match(markdownDescription, /\.$/);
    }
  });

  it('has a walkthrough of at most five steps, each with a picture and an action of ours', () => {
    const [{ steps }] = contributes.walkthroughs;
    assert.ok(steps.length <= 5);
    for (const { description, media } of steps) {
      const [, command] = /\(command:([\w.]+)\)/.exec(description)!;
      assert.ok(command in commandTable, command);
      assert.ok(statSync(join(extension.extensionPath, media.svg)).size > 0);
    }
  });

  it('activates in less than 50 ms, only where it is wanted, from a small bundle', async () => {
    const { activationTime } = await extension.activate();
    assert.ok(activationTime < 50, `activation took ${activationTime.toFixed(1)} ms`);
    assert.deepEqual(activationEvents, [
      'onLanguage:typescript',
      'onDebugResolve:retrograd',
      'onDebugDynamicConfigurations:retrograd',
      'onWebviewPanel:retrograd.model',
    ]);
    const { size } = statSync(join(extension.extensionPath, 'dist/extension.cjs'));
    assert.ok(size < 150_000, `the entry bundle has ${size} bytes`);
  });
});
