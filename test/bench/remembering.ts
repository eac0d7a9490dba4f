// What it costs a run to remember its past: the same training with and without, in turns. Knows no table.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Control } from '../../engine/session/control';
import { Session } from '../../engine/session/session';
import { programs } from './traced';

/** Steps before the clock runs: checkpoints are dense at the beginning of a run only. */
const warmUp = 50;
/** What the editor gives a run for its past. */
const megabytes = 128;

/** The program's step as the body of a training loop, which tells the processor time that it took. */
function training(text: string, steps: number): string {
  const [head, body] = text.split('export function step(): void {');
  return `import { log } from 'retrograd';
import { cpuUsage } from 'node:process';
${head}export function train(): void {
  let start = cpuUsage();
  for (let i = 0; i < ${warmUp + steps}; i++) {
    if (i === ${warmUp}) start = cpuUsage();
    ${body.trimEnd().replace(/\}$/, '')}
  }
  const { user, system } = cpuUsage(start);
  log({ microseconds: (user + system) / ${steps} });
}
`;
}

/** Microseconds of processor time of a step. */
async function timed(file: string, budget: number): Promise<number> {
  let measured = NaN;
  const control = new Control();
  const session = new Session(1, {
    emit: (name, data) => {
      if (name !== 'progress') return;
      for (const { values } of (data as { points: { values: Record<string, number> }[] }).points)
        measured = values.microseconds ?? measured;
    },
    control,
    answerRequests: () => undefined,
  });
  const history = budget > 0 ? { history: { megabytes: budget } } : {};
  const console_ = globalThis.console;
  await session.train({ file, seed: 1, hyper: {}, ...history });
  globalThis.console = console_;
  return measured;
}

/** Ratios of the processor time of a step with a past to that without, pair by pair. */
export async function remembering(name: string, pairs: number, seconds: number): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'retrograd-bench-'));
  const file = join(folder, 'model.ts');
  const write = (steps: number): void => {
    writeFileSync(file, training(programs[name], steps));
  };
  write(50);
  await timed(file, megabytes);
  const each = await timed(file, 0);
  write(Math.max(20, Math.round((seconds * 1e6) / each)));
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0;
    const before = first ? await timed(file, 0) : NaN;
    const other = await timed(file, megabytes);
    ratios.push(other / (first ? before : await timed(file, 0)));
  }
  rmSync(folder, { recursive: true });
  return ratios;
}
