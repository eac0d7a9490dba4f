// How long it takes from the press of a step key until the yellow line has moved, in the real editor. Knows no limit.
import * as vscode from 'vscode';
import { lenet, lineOf } from '../../debug/models';
import { breakAt, key, pressDebug, stopDebugging, stoppedAt, toolbar } from '../support/debug';
import { connect, openFile, screenshot } from '../support/ui';

const presses = Number(process.env.PRESSES ?? 60);

/** Presses a key and waits for the yellow line: milliseconds in the page, from the event to the line drawn. */
async function timeOf(name: string): Promise<number> {
  const page = await connect();
  await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
  // The page listens before the key comes: the two reach it by ways of their own.
  const listening = await page.evaluateHandle(() => {
    // By its number: where the editor scrolls, another line may stand at the same place.
    const line = (): string => {
      const mark = document.querySelector('.view-overlays .debug-top-stack-frame-line');
      const top = mark?.parentElement?.style.top;
      const numbers = [...document.querySelectorAll<HTMLElement>('.margin-view-overlays > div')];
      const beside = numbers.find(({ style }) => style.top === top);
      return beside?.querySelector('.line-numbers')?.textContent ?? 'none';
    };
    const before = line();
    const moved = new Promise<number>((resolve) => {
      const press = (event: KeyboardEvent): void => {
        if (event.key === 'Control') return;
        document.removeEventListener('keydown', press, true);
        const begin = performance.now();
        const look = (): void => {
          const now = line();
          if (now !== before && now !== 'none') resolve(performance.now() - begin);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      };
      document.addEventListener('keydown', press, true);
      setTimeout(() => resolve(NaN), 3000);
    });
    return { moved };
  });
  await page.keyboard.press(name);
  return listening.evaluate(({ moved }) => moved);
}

/** Milliseconds from each step's request to its event, and from the request for the stack to its answer. */
class Traffic implements vscode.DebugAdapterTracker {
  readonly toStop: number[] = [];
  readonly toStack: number[] = [];
  private readonly asked = new Map<number, number>();
  private begun = 0;

  onWillReceiveMessage({ command, seq }: Message): void {
    if (command === 'stackTrace') this.asked.set(seq, performance.now());
    else if (command === 'next' || command === 'stepBack') this.begun = performance.now();
  }

  onDidSendMessage({ event, request_seq = -1 }: Message): void {
    const asked = this.asked.get(request_seq);
    if (asked !== undefined) this.toStack.push(performance.now() - asked);
    else if (event === 'stopped' && this.begun > 0)
      this.toStop.push(performance.now() - this.begun);
  }
}

interface Message {
  readonly seq: number;
  readonly command?: string;
  readonly event?: string;
  readonly request_seq?: number;
}

const at = (values: readonly number[], part: number): number =>
  Number(values.toSorted((a, b) => a - b)[Math.floor(values.length * part)].toFixed(1));

describe('a step key', function () {
  this.timeout(120_000);
  this.retries(0);
  afterEach(stopDebugging);

  it('moves the yellow line', async () => {
    const traffic = new Traffic();
    const tracking = vscode.debug.registerDebugAdapterTrackerFactory('retrograd', {
      createDebugAdapterTracker: () => traffic,
    });
    const { document } = await openFile('lenet.ts', lenet);
    const line = lineOf(lenet, 'this.conv1');
    await vscode.commands.executeCommand('workbench.view.debug');
    await vscode.commands.executeCommand('workbench.action.closePanel');
    breakAt(document.uri, [{ line }]);
    await pressDebug();
    await stoppedAt(lineOf(lenet, 'const images'));
    await toolbar('continue');
    await stoppedAt(line);
    await key('Escape');
    const times: number[] = [];
    for (let i = 0; i < presses; i++) {
      times.push(await timeOf(i % 6 < 3 ? 'F10' : 'Control+F10'));
      // As a person would: the editor finishes what it shows of one place before the next key.
      await new Promise((resolve) => setTimeout(resolve, 600));
    }
    await screenshot('step keys');
    const lost = times.flatMap((time, press) => (Number.isNaN(time) ? [press] : []));
    const seen = times.filter((time) => !Number.isNaN(time));
    const figures = { median: at(seen, 0.5), p95: at(seen, 0.95), presses: seen.length, lost };
    tracking.dispose();
    console.log(JSON.stringify({ keyToYellowLine: { ...figures, goal: 100 } }));
    for (const [what, all] of Object.entries({ stop: traffic.toStop, stack: traffic.toStack }))
      console.log(JSON.stringify({ [what]: { median: at(all, 0.5), p95: at(all, 0.95) } }));
  });
});
