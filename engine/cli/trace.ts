// `retrograd trace`: one training step, op by op, for people and, with --json, for machines. Knows no tensor.
import { join, relative } from 'node:path';
import type { EngineEvents, RecordedStep, RunEnded, TraceRow } from '../protocol';
import { Supervisor } from '../session/supervisor';
import { overrides, requireFile, UsageError, wholeNumber } from './arguments';
import type { Command } from './commands';
import { describe, memoryBudget } from './train';
import { againstFile, limitOf, printAnswer, printDifference, printWhy } from './why';

export const traceCommand: Command = {
  usage:
    'FILE --step K [--why | --changed NAME | --over NAME=LIMIT | --against FILE|name=value…] ' +
    '[--seed S] [--set name=value]… [--budget MB] [--json]',
  about:
    'prints every op of training step K, forward, backward and update; instead of that, --why prints what seems ' +
    'wrong with it, --changed which update last changed a parameter, --over in which step the norm of a parameter, ' +
    'a gradient (fc1.weight.grad), a variable or the loss first passed a limit, --against where the run first ' +
    'differs from that of another file, or with other hyperparameters; values take at most --budget MB (512); ' +
    '--json prints a line for each row or finding and a last one, or one line for an answer',
  options: {
    step: { type: 'string' },
    seed: { type: 'string' },
    set: { type: 'string', multiple: true },
    why: { type: 'boolean' },
    changed: { type: 'string' },
    over: { type: 'string' },
    against: { type: 'string', multiple: true },
    budget: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(args) {
    const file = requireFile(args);
    const record = wholeNumber(args, 'step', 1, undefined);
    if (record === undefined) throw new UsageError('which --step K?');
    const budget = wholeNumber(args, 'budget', 1, undefined);
    const options = {
      file,
      workspace: process.cwd(),
      seed: wholeNumber(args, 'seed', 0, 0),
      hyper: overrides(args),
      record,
      ...(budget !== undefined && { traceBudget: budget * 2 ** 20 }),
    };
    const { why, changed, over, against, json } = args.values as {
      why?: boolean;
      changed?: string;
      over?: string;
      against?: string[];
      json?: boolean;
    };
    const asked = [why, changed, over, against].filter((each) => each !== undefined);
    if (asked.length > 1)
      throw new UsageError('one of --why, --changed, --over and --against at a time');
    const asJson = json === true;
    if (why === true) return printWhy(options, asJson);
    if (changed !== undefined)
      return printAnswer(options, { kind: 'lastChange', name: changed }, asJson);
    if (over !== undefined)
      return printAnswer(options, { kind: 'firstOver', ...limitOf(over) }, asJson);
    if (against !== undefined) {
      const other = against.map(againstFile).find((each) => each !== undefined);
      const set = against.filter((each) => againstFile(each) === undefined);
      const hyper = { ...options.hyper, ...overrides({ ...args, values: { set } }) };
      return printDifference(options, { ...options, file: other ?? file, hyper }, asJson);
    }
    const { recorded, ended } = await recordStep(options);
    const failed = ended.reason === 'failed';
    if (asJson) printLines(recorded, record, !failed);
    else if (recorded) printTable(recorded, failed);
    return failed || !recorded ? 1 : 0;
  },
};

/** Runs the program until the step is over; problems and the model's own lines go to stderr. */
async function recordStep(
  options: Parameters<ReturnType<Supervisor['handlers']>['train']>[0],
): Promise<{ recorded: RecordedStep | undefined; ended: RunEnded }> {
  let recorded: RecordedStep | undefined;
  let finish: (ended: RunEnded) => void;
  const finished = new Promise<RunEnded>((done) => (finish = done));
  const on: { [K in keyof EngineEvents]?: (data: EngineEvents[K]) => void } = {
    recorded: (step) => {
      recorded = step;
    },
    log: ({ lines }) => {
      for (const { text } of lines) process.stderr.write(`${text}\n`);
    },
    problem: (problem) => process.stderr.write(`${describe(problem)}\n`),
    ended: (ended) => {
      finish(ended);
    },
  };
  const supervisor = new Supervisor((name, data) => on[name]?.(data as never), {
    memoryBudget,
    userWorker: join(__dirname, 'user-worker.cjs'),
  });
  process.once('SIGINT', () => void supervisor.stop());
  await supervisor.handlers().train(options);
  const ended = await finished;
  await supervisor.close();
  return { recorded, ended };
}

function printLines(recorded: RecordedStep | undefined, step: number, done: boolean): void {
  const rows = recorded?.rows ?? [];
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  process.stdout.write(`${JSON.stringify({ done, step, rows: rows.length })}\n`);
}

function printTable({ step, rows }: RecordedStep, failed: boolean): void {
  const header = ['row', 'phase', 'op', 'shapes', 'module', 'place', 'iteration', 'of'];
  const cells = [header, ...rows.map(cellsOf)];
  const widths = header.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  for (const row of cells) {
    const padded = row.map((cell, i) =>
      i === 0 ? cell.padStart(widths[i]) : cell.padEnd(widths[i]),
    );
    process.stdout.write(`${padded.join('  ').trimEnd()}\n`);
  }
  const end = failed ? ', up to where the program failed' : '';
  process.stdout.write(`step ${step}: ${rows.length} rows${end}\n`);
}

function cellsOf(row: TraceRow): string[] {
  const { phase, op, inputs, outputs, module = '', iteration, of, parameter, contribution } = row;
  const notes = [
    ...(of === undefined ? [] : [String(of)]),
    ...(parameter === undefined ? [] : [parameter]),
    ...(contribution ? [`contribution ${contribution.number} of ${contribution.of}`] : []),
    ...(row.cut ? ['cut: no gradient flows back'] : []),
  ];
  return [
    String(row.row),
    phase,
    op,
    `${shorten(inputs)} → ${shorten(outputs)}`,
    module,
    row.file === undefined ? '' : `${relative('', row.file)}:${row.line!}:${row.column!}`,
    iteration.join('.'),
    notes.join(', '),
  ];
}

/** Many equal types in a row are counted. */
function shorten(types: readonly string[]): string {
  const equal = types.length > 3 && types.every((type) => type === types[0]);
  return equal ? `${types.length} × ${types[0]}` : types.join(', ');
}
