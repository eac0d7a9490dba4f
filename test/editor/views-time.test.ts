// A person looks at gradients through time: recurrent models show the lecture’s numbers.
import assert from 'node:assert/strict';
import { galleryModel } from './models';
import { goTo, hold, leave, numeric, open, text } from './support/held-step';
import { screenshot, until } from './support/ui';

describe('looking through time', () => {
  afterEach(async function () {
    await leave(this.currentTest);
  });

  it('R1 and R3: gradients through time, and what each step adds to the weights', async () => {
    await hold('rnn-by-hand.ts');
    const view = await open('showThroughTime');
    const shown = await text(view, /0\.104145/);
    for (const value of ['0.761594', '0.3634', '0.179726', '0.0896', '0.239981', '0.495984'])
      assert.ok(shown.includes(value), `${value} in ${shown}`);
    assert.match(shown, /sum so far 0\.5113/);
    assert.match(shown, /sum so far 0\.0437/);
    await screenshot('through time');
    // R5 for any recurrence: what would be left of the gradients with a cut every two steps.
    await view.getByLabel('What if cut every').fill('2');
    await text(
      view,
      /Cut every 2 steps.* reach 2 states; ∂L\/∂w 0\.689767 of the whole, ∂L\/∂u 0 of/,
    );
    await screenshot('what if');
    const faint = (): Promise<number> => view.locator('table.numbers tr.ahead').count();
    assert.equal(await faint(), 0);
    assert.doesNotMatch(shown, /ahead of the cursor/);
    // Back to before the step: no bar has come yet, and all states lie ahead.
    await goTo('Home');
    await text(view, /the gradient has reached 0 of .* Faint is what lies ahead of the cursor/);
    assert.equal(await faint(), 5);
  });

  it('R5: where the graph is cut there is no path, which is not zero', async () => {
    await hold('truncated-backpropagation.ts');
    const view = await open('showThroughTime');
    await view.getByLabel('State').selectOption({ index: 1 });
    const shown = await text(view, /have no path from the loss/);
    assert.match(shown, /the graph is cut: the value goes on, the gradient does not come back/);
    assert.match(shown, /no path/);
    await screenshot('truncated');
  });

  it('R7: states and gates of an LSTM', async () => {
    await hold('lstm-by-hand.ts');
    const view = await open('showThroughTime');
    const shown = await text(view, /0\.407191/);
    for (const value of ['0.17427', '0.309059']) assert.ok(shown.includes(value), value);
    assert.match(shown, /forget gate/);
    await screenshot('gates');
  });

  it('R4: what is left of a gradient after so many steps is a power', async () => {
    await hold('vanishing-gradients.ts');
    const view = await open('showThroughTime');
    const states = view.getByLabel('State');
    // Four chains h = λ·h: 0.9 twenty and fifty times, 1.1 fifty times, 0.25 twenty times.
    const powers = ['0.121577', '0.00515378', '117.391', '9.09495e−13'];
    for (const [i, power] of powers.entries()) {
      await states.selectOption({ index: i + 1 });
      await until(`${power} at the first state`, async () =>
        (await view.locator('table.numbers tbody tr').first().innerText()).includes(power),
      );
      if (i === 1) await screenshot('vanishing');
    }
  });

  it('R10: every step of the adding problem gets a gradient, the first a small one', async () => {
    await hold('adding-problem.ts', galleryModel('adding-problem.ts'), (all) =>
      all.replace('count: 5000', 'count: 400'),
    );
    const view = await open('showThroughTime');
    await text(view, /the gradient has reached 30 of 30 steps/);
    const shown = await view
      .locator('table.numbers tbody tr')
      .evaluateAll((rows) => rows.map((row) => row.children[2].textContent));
    const norms = shown.map(numeric);
    assert.equal(norms.length, 30);
    assert.ok(norms[0] > 0 && norms[0] < norms[29] / 10, norms.join());
    await screenshot('adding problem');
    await open('showPlayground');
    await text(view, /blind\s+0\.166667/);
  });
});
