// Whole debug sessions as golden texts: each request, where it led, and what could be seen there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { attention, lenet, lineOf, lstm } from './models';
import { DebugSession, type Event, type Shown } from './session';

/** A request with its argument, or `break` with lines of a text and their conditions. */
type Act =
  | string
  | { break: [part: string, condition?: string, mode?: string][] }
  | { see: string[] }
  | { watch: string };

class Script {
  readonly lines: string[] = [];

  constructor(
    private readonly session: DebugSession,
    private readonly text: string,
  ) {}

  async run(acts: readonly Act[]): Promise<string> {
    for (const act of acts) {
      if (typeof act === 'string') await this.walk(act);
      else if ('break' in act) await this.breakAt(act.break);
      else if ('see' in act) for (const scope of act.see) await this.see(scope);
      else this.lines.push(`  ${act.watch} = ${await this.session.evaluate(act.watch)}`);
    }
    return `${this.lines.join('\n')}\n`;
  }

  async arrive(event: Event): Promise<void> {
    if (event.event === 'terminated') {
      this.lines.push('  terminated');
      return;
    }
    // How many moments a step has is the engine's own affair.
    this.lines.push(`  ${event.body.description.replace(/ · \d+ of \d+$/, '')}`);
    for (const { name, line } of await this.session.frames())
      this.lines.push(`    ${name}${line > 0 ? `:${line}` : ''}`);
  }

  private async walk(command: string): Promise<void> {
    this.lines.push(`> ${command}`);
    await this.arrive(await this.session.walk(command));
  }

  private async breakAt(wanted: [string, string?, string?][]): Promise<void> {
    const breakpoints = wanted.map(([part, condition, mode]) => ({
      line: lineOf(this.text, part),
      ...(condition && { condition }),
      ...(mode && { mode }),
    }));
    const { breakpoints: set } = await this.session.setLines(breakpoints);
    const told = set.map(({ verified, line }) => `${verified ? '●' : '○'} ${line!}`);
    this.lines.push(`> break ${told.join(', ')}`);
  }

  private async see(scope: string): Promise<void> {
    const shown = await this.session.scope(scope);
    this.lines.push(
      `  ${scope}`,
      ...shown.map(({ name, value }: Shown) => `    ${name} = ${value}`),
    );
  }
}

const sessions: Record<string, { text: string; acts: Act[] }> = {
  lstm: {
    text: lstm,
    acts: [
      { break: [['const out', '$iter === 5']] },
      'continue',
      { see: ['Locals', 'Module'] },
      'stepBack',
      { break: [['const out', '$iter === 4']] },
      'reverseContinue',
      { break: [['const out', '$iter === 5', 'backward']] },
      'continue',
      { see: ['Gradients'] },
      { watch: 'out.grad.norm()' },
      'stepBack',
      'stepInBack',
      { break: [['log({ loss })']] },
      'continue',
      { watch: 'model.head.bias' },
      'stepBack',
      { watch: 'model.head.bias' },
      { watch: 'model.head.bias.grad' },
      'stepIn',
      { see: ['Locals'] },
      'stepOut',
      'continue',
      { watch: '[$step, loss.item()]' },
      'reverseContinue',
      { watch: '[$step, loss.item()]' },
    ],
  },
  lenet: {
    text: lenet,
    acts: [
      { break: [['this.conv2', undefined, 'backward']] },
      'continue',
      { see: ['Gradients', 'Locals'] },
      'reverseContinue',
      'next',
      'next',
      'stepIn',
      'next',
      'next',
      { see: ['Locals'] },
      'stepOut',
      { watch: 'model.conv1.weight' },
    ],
  },
  attention: {
    text: attention,
    acts: [
      { break: [['const weights', undefined, 'both']] },
      'continue',
      { see: ['Locals'] },
      'next',
      { watch: 'weights.sum(-1)' },
      'continue',
      { see: ['Gradients'] },
      'reverseContinue',
    ],
  },
};

describe('a debug session, written down', () => {
  for (const [name, { text, acts }] of Object.entries(sessions)) {
    it(`is as it was before: ${name}`, async () => {
      const session = new DebugSession(text);
      try {
        const script = new Script(session, text);
        await script.arrive(await session.launch());
        const found = await script.run(acts);
        const path = resolve(`test/golden/sessions/${name}.txt`);
        if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, found);
        assert.ok(existsSync(path), `${path} is missing: make it with UPDATE_GOLDEN=1`);
        assert.equal(found, readFileSync(path, 'utf8'));
      } finally {
        await session.close();
      }
    });
  }
});
