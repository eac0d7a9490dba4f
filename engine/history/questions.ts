// Questions about a whole run, as a way through its steps: which of them is looked at, and what is said. Knows no thread and no tensor.
import type {
  CursorInfo,
  HeldInquiryRequests,
  HistoryRequests,
  InquiryRequests,
  RunAnswer,
  RunQuestion,
  ScanRequest,
  Subject,
} from '../protocol';
import { formatNumber } from '../tensor/format';
import { explainDifference, firstUnequal, type Marks } from './difference';

type Asked = HeldInquiryRequests &
  Omit<InquiryRequests, 'scan' | 'scanned'> &
  Pick<HistoryRequests, 'past'>;

/** A run that stands still, and can be taken to any of its steps. */
export interface RunSource {
  ask<K extends keyof Asked>(
    method: K,
    ...argument: Parameters<Asked[K]>
  ): Promise<Awaited<ReturnType<Asked[K]>>>;
  /** Holds a step of a branch. */
  hold(step: number, branch: number): Promise<void>;
  /** The first step behind which a size has passed a limit; step 0 when there is none. */
  scan(request: ScanRequest): Promise<{ step: number; value: number }>;
}

/** One side of a comparison: a run, and the branch of it that is meant. */
export interface Side {
  readonly run: RunSource;
  readonly branch: number;
}

/** Rows, or steps, that are asked for at once. */
const portion = 8192;

/** Answers a question, from where the cursor stands. */
export function answer(
  run: RunSource,
  question: RunQuestion,
  cursor: CursorInfo,
): Promise<RunAnswer> {
  switch (question.kind) {
    case 'lastChange':
      return lastChange(run, question, cursor);
    case 'firstOver':
      return firstOver(run, question, cursor);
    case 'firstDifference':
      return differenceOfBranches(run, cursor, question.branch);
  }
}

async function lastChange(
  run: RunSource,
  { name: asked, frame }: { name: string; frame?: number },
  cursor: CursorInfo,
): Promise<RunAnswer> {
  const subject = await run.ask('subject', { name: asked, ...(frame !== undefined && { frame }) });
  const { name, parameter, place: born } = subject;
  if (subject.of !== 'parameter' && subject.of !== 'gradient')
    throw new Error(`'${asked}' is no parameter of a model, so no update changes it`);
  let { step } = cursor;
  let change = await run.ask('changeOf', { name, here: true });
  if (change === null) {
    const birth = { name, ...(born && { place: born }) };
    if (parameter < 0)
      return { ...birth, text: `no optimizer holds ${name}, so nothing changes it` };
    step = await run.ask('changedBefore', { parameter, step });
    if (step === 0)
      return { ...birth, text: `no update has changed ${name} before: it is as it was made` };
    await run.hold(step, await branchOf(run, cursor.branch, step));
    change = await run.ask('changeOf', { name, here: false });
    if (change === null)
      return { ...birth, step, text: `step ${step} has changed ${name}, but by no update` };
  }
  const { row, op, place, norm, before, element, from, to } = change;
  const share = before > 0 ? `, ${formatNumber((100 * norm) / before)} % of its own` : '';
  return {
    text:
      `step ${step}, row ${row}: ${op} changed ${name} by ${formatNumber(norm)} (norm${share}); ` +
      `element ${element} most, from ${formatNumber(from)} to ${formatNumber(to)}`,
    ...{ step, row, op, name, element, value: norm, other: before },
    ...(place && { place }),
  };
}

async function firstOver(
  run: RunSource,
  { name: asked, limit, frame }: { name: string; limit: number; frame?: number },
  cursor: CursorInfo,
): Promise<RunAnswer> {
  const subject = await run.ask('subject', { name: asked, ...(frame !== undefined && { frame }) });
  const what = subjectText(subject);
  const { of, name, parameter } = subject;
  if (of === 'parameter' || of === 'gradient')
    if (parameter < 0) throw new Error(`no optimizer holds ${name}, so nothing changes it`);
  const { step, value } =
    of === 'loss'
      ? await run.ask('lossOver', { limit })
      : await run.scan({
          of,
          limit,
          ...(parameter >= 0 && { parameter }),
          ...(of === 'variable' && { variable: name }),
        });
  // A step that was broken off is none of those that have run.
  const found = step === 0 ? { step: cursor.step, value: NaN } : { step, value };
  await run.hold(found.step, await branchOf(run, cursor.branch, found.step));
  const excess = await run.ask('excessOf', { subject, limit });
  if (step === 0 && excess === null)
    return { name, text: `${what} has never been more than ${formatNumber(limit)}` };
  const size = excess?.value ?? found.value;
  const row = excess === null ? '' : `, row ${excess.row}`;
  return {
    text: `step ${found.step}${row}: ${excess?.what ?? what} is ${formatNumber(size)}, for the first time more than ${formatNumber(limit)}`,
    ...{ step: found.step, name, value: size },
    ...(excess && { row: excess.row, ...(excess.place && { place: excess.place }) }),
  };
}

function subjectText({ of, name }: Subject): string {
  switch (of) {
    case 'loss':
      return 'the loss';
    case 'parameter':
      return `the norm of ${name}`;
    case 'gradient':
      return `the norm of the gradient of ${name}`;
    case 'variable':
      return `the norm of '${name}'`;
    case 'anyParameter':
      return 'the norm of a parameter';
  }
}

/** The branch that a step belongs to, as seen from a branch: what comes before it is its trunk's. */
async function branchOf(run: RunSource, branch: number, step: number): Promise<number> {
  if (branch === 0) return 0;
  const { branches } = await run.ask('past');
  let at = branch;
  while (at > 0 && step < branches[at].begins) at = branches[at].parent;
  return at;
}

async function differenceOfBranches(
  run: RunSource,
  { branch: here, step }: CursorInfo,
  there: number,
): Promise<RunAnswer> {
  if (here === there) throw new Error(`branch ${here} is the one that is held`);
  const { branches } = await run.ask('past');
  if (branches[there] === undefined) throw new Error(`there is no branch ${there}`);
  const line = (branch: number): number[] =>
    branch === 0 ? [0] : [branch, ...line(branches[branch].parent)];
  // Where the two part, one of them begins.
  const [mine, other] = [line(here), line(there)];
  const parting = [
    ...mine.filter((branch) => !other.includes(branch)),
    ...other.filter((branch) => !mine.includes(branch)),
  ].map((branch) => branches[branch].begins);
  // A branch that is not as far yet runs on to the step that is looked at.
  const steps = Math.max(step, Math.min(branches[here].steps, branches[there].steps));
  await run.hold(steps, await branchOf(run, there, steps));
  return firstDifference(
    { run, branch: here },
    { run, branch: there },
    Math.min(...parting),
    steps,
  );
}

/** Where two runs, or two branches of one, first differ, among the steps `from` to `to`. */
export async function firstDifference(
  here: Side,
  there: Side,
  from: number,
  to: number,
): Promise<RunAnswer> {
  const isFirst = async (step: number): Promise<number> => {
    const [a, b] = [await marksOf(here, step), await marksOf(there, step)];
    return firstUnequal(a, b);
  };
  if (to < from) return { text: 'there is no step that both have run' };
  let found = { step: from, row: await isFirst(from) };
  if (found.row < 0) {
    let last = await firstOtherLoss(here, there, from, to);
    found = { step: last, row: await isFirst(last) };
    if (found.row < 0)
      return {
        text: `the same losses in steps ${from} to ${to}, and the same rows in steps ${from} and ${to}`,
      };
    // What is different once stays so; most often the step before a loss differs is the last that is the same.
    for (let [same, first] = [from, true]; last - same > 1; first = false) {
      const middle = first ? last - 1 : (same + last) >> 1;
      const row = await isFirst(middle);
      if (row < 0) same = middle;
      else {
        last = middle;
        found = { step: middle, row };
      }
    }
  }
  return tell(here, there, found);
}

async function tell(
  here: Side,
  there: Side,
  { step, row }: { step: number; row: number },
): Promise<RunAnswer> {
  const sides = [];
  for (const side of [here, there]) {
    const count = (await marksOf(side, step)).length / 2;
    sides.push(row < count ? await side.run.ask('rowSides', { row }) : undefined);
  }
  const [a, b] = sides;
  const { text, name, element, here: value, there: other } = explainDifference(a, b, formatNumber);
  const place = (a ?? b)?.place;
  return {
    text: `step ${step}, row ${row}: ${text}`,
    ...{ step, row, branch: here.branch },
    ...((a ?? b) && { op: (a ?? b)!.op }),
    ...(name !== undefined && { name }),
    ...(element !== undefined && { element }),
    ...(value !== undefined && { value }),
    ...(other !== undefined && { other }),
    ...(place && { place }),
  };
}

async function marksOf({ run, branch }: Side, step: number): Promise<Marks> {
  await run.hold(step, await branchOf(run, branch, step));
  const parts: Int32Array[] = [];
  for (let start = 0; ; start += portion) {
    const part = await run.ask('rowMarks', { start, count: portion });
    parts.push(part);
    if (part.length < 2 * portion) return joined(parts);
  }
}

/** The first step whose losses differ, or else the last one. */
async function firstOtherLoss(here: Side, there: Side, from: number, to: number): Promise<number> {
  for (let start = from; start <= to; start += portion) {
    const count = Math.min(portion, to - start + 1);
    const [a, b] = await Promise.all(
      [here, there].map(({ run, branch }) => run.ask('lossMarks', { branch, start, count })),
    );
    const at = firstUnequal(a, b, 1);
    if (at >= 0) return start + at;
  }
  return to;
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
