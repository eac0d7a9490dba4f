// The bug zoo: a diagnosis names the true cause of each mistake at its very line, and sound models are left alone.
import assert from 'node:assert/strict';
import { diagnose } from '../../../engine/trace/diagnose';
import { models } from './models';
import { record } from './record';
import { zoo } from './zoo';

describe('A diagnosis', () => {
  for (const { name, cause, says, text, step = 1 } of zoo) {
    it(`finds ${name}, in each step that shows it`, async () => {
      for (let wanted = step; wanted <= 3; wanted++) await look(wanted);
    });

    const look = async (wanted: number): Promise<void> => {
      const { trace } = await record(text, wanted);
      const findings = diagnose(trace);
      // What an earlier step has spoiled is found there: the command line and the debugger go back to it.
      if (wanted > step && findings.some((each) => each.cause === 'spoiled')) return;
      const shown = JSON.stringify(
        findings.map(({ range, ...rest }) => ({ ...rest, line: range?.line })),
        null,
        1,
      );
      const line = text.split('\n').findIndex((each) => each.endsWith('// ←')) + 1;
      const found = findings.find((each) => each.cause === cause && each.range?.line === line);
      assert.ok(found, `${cause} at line ${line} is not among ${shown}`);
      assert.match(found.text, says);
      // Nothing else is called an error: one mistake, one culprit.
      const others = findings.filter(
        (each) => each.severity === 'error' && each.cause !== cause && each.range?.line !== line,
      );
      assert.deepEqual(others, [], shown);
    };
  }

  for (const [name, text] of Object.entries(models)) {
    it(`finds no fault with ${name}`, async () => {
      const { trace } = await record(text, 2);
      assert.deepEqual(
        diagnose(trace).filter(({ severity }) => severity !== 'note'),
        [],
      );
    });
  }
});
