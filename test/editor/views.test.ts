// A person looks into a step: empty pages, odd values, the inspector, and all of it for every theme and for readers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame } from 'playwright-core';
import * as vscode from 'vscode';
import { modelWith } from './models';
import { hold, leave, open } from './support/held-step';
import { palette, screenshot, until, webview } from './support/ui';

describe('looking into a step', () => {
  afterEach(async function () {
    await leave(this.currentTest);
  });

  it('before any run says what would show something', async () => {
    const view = await open('showAttention');
    await until('the empty page', async () =>
      /No step to look into yet/.test(await view.locator('#view').innerText()),
    );
    await palette('Retrograd: Show Timeline');
    await webview('#view.timeline');
  });

  it('names with markup, NaN and infinity, and an empty tensor are shown as what they are', async () => {
    const view = await hold(
      'odd.ts',
      modelWith(`  const w = new nn.Parameter(tensor([1, 2], { dtype: 'float32' }));
  class Odd extends nn.Module { ['<img src=x onerror=alert(1)>'] = new nn.Linear(2, 2); forward(x: Tensor) { return (this as any)['<img src=x onerror=alert(1)>'].forward(x); } }
  const odd = new Odd();
  const opt = new optim.SGD([w], { lr: 0.1 });
  for (let step = 0; step < 3; step++) {
    const nothing = randn([0, 3]).mul(1);
    const broken = tensor([NaN, Infinity, 1]).mul(1);
    void [nothing, broken, odd.forward(w.unsqueeze(0))];
    w.sum().backward();
    opt.step();
  }`),
    );
    await until('the name as text', async () =>
      (await view.locator('.graph').innerText()).includes('<img src=x'),
    );
    assert.equal(await view.locator('.graph img').count(), 0);
    const labels = await view
      .locator('.thumbnail canvas')
      .evaluateAll((all) => all.map((each) => each.getAttribute('aria-label') ?? ''));
    assert.ok(
      labels.some((label) => /2 not finite/.test(label)),
      labels.join(),
    );
    await screenshot('odd');
  });

  it('a cell opens and explains itself, and links lead on to its operands', async () => {
    const view = await hold('convolution-backward.ts');
    await view.locator('.card.op .node').first().click();
    const inspector = view.locator('.inspector');
    await inspector.waitFor({ state: 'visible' });
    await until('its numbers', async () =>
      /12/.test((await inspector.locator('.matrix table').textContent()) ?? ''),
    );
    await inspector.locator('canvas').first().press('ArrowRight');
    await until('the arithmetic', async () => /= 12/.test(await inspector.innerText()));
    await inspector.locator('.explanation .link').first().click();
    await until('the operand', async () =>
      /it was there before this step/.test(await inspector.innerText()),
    );
    await screenshot('inspector');
  });

  const themes = [
    'Default Dark Modern',
    'Default Light Modern',
    'Default High Contrast',
    'Default High Contrast Light',
  ];
  it('can be read by a screen reader in four themes', async () => {
    const view = await hold('lstm-by-hand.ts');
    const workbench = vscode.workspace.getConfiguration('workbench');
    const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
    for (const theme of themes) {
      await workbench.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
      for (const command of ['showLayers', 'showThroughTime', 'showUpdates']) {
        await open(command);
        await until(
          'the tab',
          async () => (await view.locator('[role=tab][aria-selected=true]').count()) === 1,
        );
        assert.deepEqual(await serious(view, axe), [], `${theme}, ${command}`);
      }
      await open('showThroughTime');
      await screenshot(`through time ${theme}`);
      const timeline = await webview('#view.timeline');
      assert.deepEqual(await serious(timeline, axe), [], `${theme}, timeline`);
    }
    await workbench.update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
  });
});

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

async function serious(view: Frame, axe: string): Promise<string[]> {
  await view.evaluate(axe);
  const violations = await view.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: Violation[] }> };
    };
    return (await checker.run()).violations.map(
      ({ id, impact, nodes }) =>
        `${impact} ${id}: ${nodes.map(({ html, failureSummary }) => html + failureSummary).join()}`,
    );
  });
  return violations.filter((violation) => /^(serious|critical)/.test(violation));
}
