// A person plays with a model: hyperparameters, the surface of two inputs, a drawn digit.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { galleryModel } from './models';
import { leave, numbers, numeric, open, text } from './support/held-step';
import { openFile, screenshot, statusBar, until, webview } from './support/ui';

describe('playing with a model', () => {
  afterEach(async function () {
    await leave(this.currentTest);
  });

  it('the surface of the spiral bends while it trains; another learning rate runs over it, and is saved and read', async () => {
    const { document } = await openFile(
      'play.ts',
      galleryModel('spiral.ts').replace('epochs: 60', 'epochs: 100000'),
    );
    const view = await open('showPlayground');
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    const surface = view.locator('.surface');
    await surface.waitFor({ state: 'visible' });
    const picture = async (): Promise<string> =>
      surface.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    await until(
      'a first picture',
      async () => Number(await surface.getAttribute('data-drawn')) > 0,
    );
    const first = await picture();
    await until('another picture of the same run', async () => (await picture()) !== first);
    assert.ok(
      (await statusBar()).some((item) => /step \d/.test(item)),
      'it is still training',
    );
    await view.getByText('Save beside the model').click();
    const saved = vscode.Uri.file(document.uri.fsPath.replace('.ts', '.hyper.json'));
    const read = async (): Promise<{ lr: number }> =>
      JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(saved))) as {
        lr: number;
      };
    await until('the saved values', async () => (await read()).lr === 0.01);
    const rate = view.getByLabel('lr, exact');
    await rate.fill('0.1');
    await rate.press('Enter');
    await text(view, /runs over each other.*lr 0\.01.*lr 0\.1/);
    await until('the surface of the new run', async () => (await picture()) !== first);
    await screenshot('playground');
    await view.getByText('Copy the command').click();
    await until('the command on the clipboard', async () =>
      /retrograd train .*play\.ts .*--set lr=0\.1/.test(await vscode.env.clipboard.readText()),
    );
    await view.getByText('Read saved').click();
    await until('the saved rate', async () => (await rate.inputValue()) === '0.01');
    await text(view, /3 runs over each other/);
  });

  it('a digit that is drawn with the mouse is recognised, and every layer is seen', async () => {
    const { document } = await openFile(
      'digits.ts',
      galleryModel('lenet.ts').replace('count: 10000', 'count: 3000'),
    );
    await vscode.commands.executeCommand('retrograd.train', document.uri);
    const training = await webview('.badge[data-state="done"]', 60_000);
    const learning = await training.locator('[data-view=learning]').innerText();
    assert.match(
      learning,
      /Gradient norm of each layer[\s\S]*conv1[\s\S]*Update over weight of each layer/,
    );
    const confusion = await numbers(training, 'confusion [10, 10]');
    const counts = confusion.map((row) => row.split(' ').map(numeric));
    assert.equal(
      counts.flat().reduce((sum, count) => sum + count, 0),
      1000,
    );
    const right = counts.reduce((sum, row, digit) => sum + row[digit], 0);
    assert.ok(right > 900, `${right} of 1000 on the diagonal`);
    const view = await open('showPlayground');
    const pad = view.locator('canvas[data-pad]');
    await view.getByText('Clear').click();
    await pad.scrollIntoViewIfNeeded();
    const box = (await pad.boundingBox())!;
    const { mouse } = pad.page();
    const go = (x: number, y: number): Promise<void> =>
      mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 6 });
    await go(0.3, 0.25);
    await mouse.down();
    await go(0.7, 0.25);
    await go(0.45, 0.8);
    await mouse.up();
    await text(view, /Says 7: output 7 is the largest/);
    await screenshot('digit');
    await text(view, /What each layer put out[\s\S]*conv1[\s\S]*\[1, 6, 28, 28\][\s\S]*fc2/);
    // Any cell can be set: one that is far too bright changes the answer's numbers.
    const outputs = view.locator('.outputs');
    const before = await outputs.innerText();
    await view.getByLabel('Value of the cell').fill('50');
    await until('another answer', async () => (await outputs.innerText()) !== before);
  });
});
