// The extension in a fresh VS Code: it is there, it starts with its first command, and nothing complains.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { connect, notifications, palette, paletteOffers, screenshot, until } from './support/ui';

const id = 'retrograd.retrograd';

describe('a fresh VS Code', () => {
  it('offers the commands in the palette', async () => {
    const offers = await paletteOffers('Retrograd: ');
    assert.ok(
      offers.some((title) => title.includes('Retrograd: Train Model')),
      offers.join('\n'),
    );
    assert.ok(
      !offers.some((title) => title.includes('Retrograd: Stop')),
      'nothing runs, so there is nothing to stop',
    );
  });

  it('starts the extension with its first command, without an error', async () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension, `${id} is not installed`);
    await palette('Retrograd: Show Training');
    await until('the extension is active', () => extension.isActive);
    const page = await connect();
    await page.locator('.pane-body, iframe.webview').first().waitFor({ state: 'attached' });
    await screenshot('start');
    assert.equal(await page.locator('.notification-list-item .codicon-error').count(), 0);
    assert.deepEqual(await notifications(), []);
  });
});
