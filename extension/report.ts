// The "Retrograd" output channel, and the one message of a run that failed.
import { commands, Disposable, Uri, window, type LogOutputChannel } from 'vscode';
import { basename } from 'node:path';
import type { LogLines, Problem } from '../engine/protocol';
import { toRange } from './diagnostics';
import type { Run, Training } from './training';

export function report(training: Training): Disposable {
  const channel = window.createOutputChannel('Retrograd', { log: true });
  return Disposable.from(
    channel,
    training.onBegin(({ record }) => channel.info(`── run ${record.id}: ${record.label}`)),
    training.onLog((lines) => writeLines(channel, lines)),
    training.onProblem(({ problem }) => {
      const text = `${problem.message}${placeOf(problem)}`;
      if (problem.severity === 'error') channel.error(text);
      else channel.warn(text);
    }),
    training.onEnd((run) => {
      channel.info(endOf(run));
      if (run.record.ended?.reason === 'failed') void notify(run, channel);
    }),
  );
}

function writeLines(channel: LogOutputChannel, { lines, dropped }: LogLines): void {
  const write = {
    log: channel.info.bind(channel),
    info: channel.info.bind(channel),
    warn: channel.warn.bind(channel),
    error: channel.error.bind(channel),
    debug: channel.debug.bind(channel),
  };
  for (const { level, text } of lines) write[level](text);
  if (dropped > 0) channel.warn(`${dropped.toLocaleString('en')} more lines were not kept`);
}

function endOf({ record }: Run): string {
  const { reason, steps, milliseconds, parameters, hash } = record.ended!;
  const word = { done: 'done', stopped: 'stopped', failed: 'failed' }[reason];
  const seconds = (milliseconds / 1000).toFixed(1);
  const state = hash === '' ? '' : `, ${parameters} parameters, state ${hash}`;
  return `── run ${record.id} ${word} after ${steps} steps, ${seconds} s${state}`;
}

function placeOf({ range }: Problem): string {
  return range ? ` (${basename(range.file)}:${range.line}:${range.column})` : '';
}

async function notify(run: Run, channel: LogOutputChannel): Promise<void> {
  const problem = run.problems.findLast(({ severity }) => severity === 'error');
  const message = problem ? problem.message + placeOf(problem) : 'The run failed.';
  const goToLine = 'Go to Line';
  const showLog = 'Show Log';
  const { file, options, record } = run;
  const failedStep = record.step + 1;
  // A run that was being debugged has been looked at.
  const debugStep = record.step > 0 && options.hold !== true ? [`Debug Step ${failedStep}`] : [];
  const actions = [...debugStep, ...(problem?.range ? [goToLine, showLog] : [showLog])];
  const answer = await window.showErrorMessage(message.slice(0, 500), ...actions);
  if (answer === goToLine) await showProblem(run);
  else if (answer === debugStep[0] && answer !== undefined) {
    const { seed, hyper } = options;
    const launch = { program: file, step: failedStep, stopOnEntry: false, seed, hyper };
    await commands.executeCommand('retrograd.debug', launch);
  } else if (answer === showLog) channel.show();
}

/** Opens the line at which a run failed. */
export async function showProblem({ problems }: Run): Promise<void> {
  const range = problems.find((problem) => problem.severity === 'error' && problem.range)?.range;
  if (range) await window.showTextDocument(Uri.file(range.file), { selection: toRange(range) });
}
