// A person trains a model: palette, code lens, status bar, Training view and its buttons.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import * as vscode from 'vscode';
import { circleModel, galleryModel } from './models';
import {
  codeLens,
  connect,
  openFile,
  palette,
  screenshot,
  statusBar,
  until,
  webview,
  workspaceFolder,
} from './support/ui';

const status = async (): Promise<string | undefined> =>
  (await statusBar()).find((text) => /loading model|step \d/.test(text));

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

const stepOf = (text: string): number => Number(/step ([\d,]+)/.exec(text)![1].replace(',', ''));

async function shownText(view: Frame, pattern: RegExp): Promise<string> {
  return until(`${pattern} in the Training view`, async () => {
    const text = await view.locator('#view').innerText();
    return pattern.test(text) ? text : undefined;
  });
}

describe('training a model', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('retrograd.stop');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('from the palette: the status bar follows, the view shows curve and layers', async () => {
    await openFile('circle.ts', circleModel());
    await palette('Retrograd: Train Model');
    await until('a step in the status bar', async () =>
      /step \d+ · loss [\d.]/.test((await status()) ?? ''),
    );
    const view = await webview('.tiles li');
    await shownText(view, /running[\s\S]*circle\.ts[\s\S]*steps\/s[\s\S]*loss/);
    const [loss, gradients, ratios] = await until('three charts', async () => {
      const charts = await view
        .locator('.chart canvas')
        .evaluateAll((all) => all.map((canvas) => canvas.getAttribute('aria-label') ?? ''));
      return charts.length === 3 ? charts : undefined;
    });
    assert.match(loss, /^loss: [\d.e−]+ at step \d+/);
    assert.match(gradients, /^Gradient norm of each layer: fc1 [\d.e−]+; out [\d.e−]+$/);
    assert.match(ratios, /^Update over weight of each layer: fc1 [\d.e−]+; out [\d.e−]+$/);
    const tiles = await view
      .locator('.tiles canvas')
      .evaluateAll((all) => all.map((canvas) => canvas.getAttribute('aria-label')!.split(';')[0]));
    assert.deepEqual(tiles, ['whole model, Classifier', 'fc1, Linear', 'out, Linear']);
    await screenshot('training');
    await palette('Retrograd: Stop');
    await until('the status bar to be empty', async () => (await status()) === undefined);
    await shownText(view, /stopped[\s\S]*circle\.ts/);
  });

  it('layers follow the training without being asked', async () => {
    await openFile('circle.ts', circleModel());
    await palette('Retrograd: Train Model');
    const view = await webview('.tiles li');
    const seen = new Set<string | null>();
    await until('three different pictures of a layer', async () => {
      seen.add(await view.locator('.tiles canvas').nth(1).getAttribute('aria-label'));
      return seen.size >= 3;
    });
  });

  it('from the code lens, which then offers to stop', async () => {
    await openFile('lens.ts', circleModel());
    await (await codeLens('Train')).click();
    const stop = await codeLens('Stop · step');
    await until('a step in the status bar', status);
    await stop.click();
    await codeLens('Train');
    assert.equal(await status(), undefined);
  });

  it('pauses, resumes, restarts and stops by the buttons of the view', async () => {
    await openFile('circle.ts', circleModel());
    await palette('Retrograd: Train Model');
    const view = await webview('.tiles li');
    const press = async (name: string): Promise<void> => {
      const button = view.locator(`vscode-button[aria-label="${name}"]:visible`);
      await button.click();
    };
    await press('Pause');
    const paused = await until('the paused state', async () => {
      const text = (await status()) ?? '';
      return text.includes('paused') ? text : undefined;
    });
    await press('Resume');
    await until('further steps', async () => {
      const text = (await status()) ?? '';
      return !text.includes('paused') && stepOf(text) > stepOf(paused) ? text : undefined;
    });
    await press('Restart');
    const text = await shownText(view, /running/);
    assert.match(text, /step \d/);
    await press('Stop');
    await shownText(view, /stopped/);
    await until('the status bar to be empty', async () => (await status()) === undefined);
  });

  it('runs in a process of its own when the settings say so', async () => {
    const settings = vscode.workspace.getConfiguration('retrograd.engine');
    await settings.update('host', 'process', vscode.ConfigurationTarget.Global);
    try {
      await openFile('process.ts', circleModel(30));
      await palette('Retrograd: Train Model');
      const view = await webview('.tiles li');
      await shownText(view, /done\s+process\.ts\s+step 30/);
    } finally {
      await settings.update('host', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('opens a copy of a gallery model in this workspace', async () => {
    await palette('Retrograd: Open Gallery');
    const page = await connect();
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: '.ts' }).first().waitFor();
    await page.locator('.quick-input-widget input.input').fill('spiral.ts');
    await rows.filter({ hasText: 'spiral.ts' }).first().click();
    const path = await until('the model in an editor', () => {
      const shown = vscode.window.activeTextEditor?.document.fileName;
      return shown?.endsWith('spiral.ts') ? shown : undefined;
    });
    assert.equal(path, join(workspaceFolder(), 'spiral.ts'));
    assert.equal(readFileSync(path, 'utf8'), galleryModel('spiral.ts'));
  });

  it('asks where to save a model that was never saved, and trains it there', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'typescript',
      content: circleModel(5),
    });
    await vscode.window.showTextDocument(document, { preview: false });
    await palette('Retrograd: Train Model');
    const page = await connect();
    const path = page.locator('.quick-input-widget input.input');
    await until('the question where to save', async () =>
      /\.ts|Untitled/.test(await path.inputValue()),
    );
    await path.fill(join(workspaceFolder(), 'saved.ts'));
    await path.press('Enter');
    await shownText(await webview('.tiles li'), /done\s+saved\.ts/);
  });

  it('brings both pages back each time the panel is shown', async () => {
    await vscode.commands.executeCommand('retrograd.showTimeline');
    for (let time = 0; time < 5; time++) {
      await webview('[data-page=training] #view > *');
      await webview('[data-page=timeline] #view > *');
      await vscode.commands.executeCommand('workbench.action.togglePanel');
      const page = await connect();
      await page.locator('.part.panel').waitFor({ state: 'hidden' });
      await vscode.commands.executeCommand('workbench.action.togglePanel');
    }
    await webview('[data-page=training] #view > *');
    await webview('[data-page=timeline] #view > *');
  });

  it('keeps its runs when it is hidden and shown again', async () => {
    await openFile('short.ts', circleModel(30));
    await palette('Retrograd: Train Model');
    await shownText(await webview('.tiles li'), /done\s+short\.ts/);
    await vscode.commands.executeCommand('workbench.action.closePanel');
    await palette('Retrograd: Show Training');
    await shownText(await webview('.chart canvas'), /done[\s\S]*short\.ts[\s\S]*step 30/);
  });

  it('ends in the same state as on the command line, from the same seed', async () => {
    const { document } = await openFile('equal.ts', circleModel(40));
    await palette('Retrograd: Train Model');
    const view = await webview('.tiles li');
    const text = await shownText(view, /done\s+equal\.ts[\s\S]*state [0-9a-f]{16}/);
    const { extensionPath } = vscode.extensions.getExtension('retrograd.retrograd')!;
    const { stdout } = spawnSync(
      'node',
      [join(extensionPath, 'dist/cli.cjs'), 'train', document.fileName, '--json'],
      { encoding: 'utf8' },
    );
    const { hash } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { hash: string };
    assert.equal(/state ([0-9a-f]{16})/.exec(text)![1], hash);
  });

  it('can be read by a screen reader, and moved through by keys', async () => {
    await openFile('short.ts', circleModel(30));
    await palette('Retrograd: Train Model');
    const view = await webview('.tiles li');
    await shownText(view, /done\s+short\.ts/);
    await view.evaluate(
      readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8'),
    );
    const violations = await view.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: Violation[] }> };
      };
      return (await axe.run()).violations.map(
        ({ id, impact, nodes }) =>
          `${impact} ${id}: ${nodes.map(({ html, failureSummary }) => html + failureSummary).join()}`,
      );
    });
    const serious = violations.filter((text) => /^(serious|critical)/.test(text));
    assert.deepEqual(serious, []);
    await view.locator('.tiles li').first().focus();
    await view.locator('.tiles li').first().press('ArrowRight');
    assert.equal(
      await view.evaluate(() => document.activeElement?.querySelector('.path')?.textContent),
      'fc1',
    );
    await view.locator('.tiles li').nth(1).press('Home');
    assert.equal(
      await view.evaluate(() => document.activeElement?.querySelector('.path')?.textContent),
      'model',
    );
  });

  const themes = [
    'Default Dark Modern',
    'Default Light Modern',
    'Default High Contrast',
    'Default High Contrast Light',
  ];
  for (const [i, theme] of themes.entries()) {
    it(`is drawn in the colours of ${theme}`, async () => {
      const workbench = vscode.workspace.getConfiguration('workbench');
      const other = themes[(i + 1) % themes.length];
      // Changed twice: setting the theme that is set already would change nothing.
      for (const name of [other, theme]) {
        await workbench.update('colorTheme', name, vscode.ConfigurationTarget.Global);
      }
      await openFile(`lenet${i}.ts`, galleryModel('lenet.ts'));
      await palette('Retrograd: Train Model');
      const view = await webview('.tiles li');
      await shownText(view, new RegExp(`running\\s+lenet${i}.ts\\s+step \\d{2}[\\s\\S]*Conv2d`));
      const [shown, expected] = await view.evaluate(() => {
        const probe = document.body.appendChild(document.createElement('span'));
        probe.style.color = 'var(--vscode-foreground)';
        const colors = [document.querySelector('#view')!, probe].map(
          (at) => getComputedStyle(at).color,
        );
        probe.remove();
        return colors;
      });
      assert.equal(shown, expected);
      const page = await connect();
      const kind = /Light/.test(theme)
        ? /High/.test(theme)
          ? 'hc-light'
          : 'vs'
        : /High/.test(theme)
          ? 'hc-black'
          : 'vs-dark';
      await page.locator(`.monaco-workbench.${kind}`).waitFor();
      await screenshot(`training ${theme}`);
      await workbench.update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
    });
  }
});
