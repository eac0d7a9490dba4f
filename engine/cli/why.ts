// `retrograd trace --why` and its questions: what is wrong with a step, and what a whole run can be asked. Knows no tensor.
import { relative, resolve } from 'node:path';
import type { Finding, RunAnswer, RunQuestion, SourceRange, TrainOptions } from '../protocol';
import { firstDifference } from '../history/questions';
import { UsageError } from './arguments';
import { HeldRun, type Stand } from './held-run';

type RunOptions = Omit<TrainOptions, 'hold'>;

/** Prints what seems to be wrong with a step; of weights that were spoiled before it, what spoiled them. */
export async function printWhy(options: RunOptions, json: boolean): Promise<number> {
  const run = new HeldRun();
  const stand = await run.start(options);
  const found: { step: number; findings: Finding[] }[] = [];
  const look = async (step: number): Promise<Finding[]> => {
    const findings = await run.findings();
    found.push({ step, findings });
    return findings;
  };
  if (stand.step > 0 && (await look(stand.step)).some(({ cause }) => cause === 'spoiled')) {
    const question = { kind: 'firstOver', name: '*', limit: Infinity } as const;
    const { step } = await run.supervisor.handlers().question(question);
    if (step !== undefined && step !== stand.step && (await run.go(step)).step === step)
      await look(step);
  }
  // What began it comes first.
  found.reverse();
  await run.close();
  const count = found.reduce((sum, { findings }) => sum + findings.length, 0);
  if (json)
    for (const { step, findings } of found)
      for (const finding of findings) print({ step, ...finding });
  else for (const each of found) printFindings(each);
  if (json) print({ done: stand.step > 0 && !stand.failed, step: options.record, findings: count });
  return statusOf(stand);
}

/** Answers a question, asked at the end of a step. */
export async function printAnswer(
  options: RunOptions,
  question: RunQuestion,
  json: boolean,
): Promise<number> {
  const run = new HeldRun();
  const stand = await run.start({ ...options, entry: { at: 'end' } });
  if (stand.step > 0) {
    try {
      tell(await run.supervisor.handlers().question(question), json);
    } catch (error) {
      await run.close();
      throw new UsageError((error as Error).message);
    }
  }
  await run.close();
  return statusOf(stand);
}

/** Says where two runs first differ, within the steps that both have run. */
export async function printDifference(
  options: RunOptions,
  other: RunOptions,
  json: boolean,
): Promise<number> {
  const runs = [new HeldRun(), new HeldRun()];
  const stands = await Promise.all([runs[0].start(options), runs[1].start(other)]);
  const failed = stands.find(({ step }) => step === 0);
  if (failed === undefined) {
    const pasts = await Promise.all(runs.map((run) => run.past()));
    const last = Math.min(options.record ?? Infinity, ...pasts.map(({ steps }) => steps));
    const [here, there] = runs.map(({ supervisor }) => ({ run: supervisor.inquiry(), branch: 0 }));
    tell(await firstDifference(here, there, 1, last), json);
  }
  await Promise.all(runs.map((run) => run.close()));
  return statusOf(failed ?? stands[0]);
}

/** `fc1.weight=10` as a name and a limit. */
export function limitOf(text: string): { name: string; limit: number } {
  const at = text.lastIndexOf('=');
  const [name, number] = [text.slice(0, at).trim(), text.slice(at + 1)];
  const limit = number.trim() === '' ? NaN : Number(number);
  if (at > 0 && !Number.isNaN(limit)) return { name, limit };
  throw new UsageError(
    `--over needs name=limit, as in loss=10, fc1.weight=10 or fc1.weight.grad=1, but got '${text}'`,
  );
}

/** What the run is held against: another file, or the same with other hyperparameters. */
export function againstFile(text: string): string | undefined {
  return text.includes('=') ? undefined : resolve(text);
}

function statusOf({ step, failed }: Stand): number {
  return step === 0 || failed ? 1 : 0;
}

function tell(answer: RunAnswer, json: boolean): void {
  if (json) print(answer);
  else process.stdout.write(`${placeText(answer.place)}${answer.text}\n`);
}

/** `model.ts:7:16  warning  dead  relu is off: … (first.weight)`. */
function printFindings({ step, findings }: { step: number; findings: readonly Finding[] }): void {
  for (const { severity, cause, text, place, subjects } of findings) {
    const of = subjects.length > 0 ? ` (${subjects.join(', ')})` : '';
    process.stdout.write(`${placeText(place)}${severity}  ${cause}  ${text}${of}\n`);
  }
  const count = findings.length === 0 ? 'nothing' : `${findings.length}`;
  process.stdout.write(`step ${step}: ${count} found\n`);
}

function placeText(place: SourceRange | undefined): string {
  return place ? `${relative('', place.file)}:${place.line}:${place.column}  ` : '';
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
