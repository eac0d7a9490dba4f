// `retrograd shapes`: the shape of every expression, and what does not fit, without training. Knows no tensor.
import { join, relative } from 'node:path';
import type { ShapeHint, ShapeProblem } from '../protocol';
import { ShapeHost } from '../shapes/host';
import { requireFile, wholeNumber } from './arguments';
import type { Command } from './commands';

const defaultLimit = 10_000;

export const shapesCommand: Command = {
  usage: 'FILE [--limit MS] [--json]',
  about:
    'prints the shape of every expression and what does not fit, from a run without data; --json prints one line',
  options: { limit: { type: 'string' }, json: { type: 'boolean' } },
  async run(args) {
    const file = requireFile(args);
    const limit = wholeNumber(args, 'limit', 1, defaultLimit);
    const host = new ShapeHost(join(__dirname, 'shape-worker.cjs'));
    const answer = await host.shapes({ file, texts: {}, limit });
    await host.close();
    const { problems, reason } = answer;
    const hints = JSON.parse(answer.hints) as ShapeHint[];
    if (args.values.json === true)
      process.stdout.write(
        `${JSON.stringify({
          hints: hints.map(published.hint),
          problems: problems.map(published.problem),
          reason,
        })}\n`,
      );
    else print(hints, problems);
    if (reason !== undefined) process.stderr.write(`${reason}\n`);
    return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

/** What is promised to other programs, and nothing else. */
const published = {
  hint: ({ file, line, column, endLine, endColumn, shape, symbolic, text, calls }: ShapeHint) => {
    return { file, line, column, endLine, endColumn, shape, symbolic, text, calls };
  },
  problem: ({ severity, kind, message, file, related, ...at }: ShapeProblem) => {
    const { line, column, endLine, endColumn } = at;
    return { severity, message, file, line, column, endLine, endColumn, related, kind };
  },
};

/** One line for each name: where, what, and its shape. */
function print(hints: readonly ShapeHint[], problems: readonly ShapeProblem[]): void {
  const named = hints
    .filter(({ role }) => role !== 'expression')
    .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
  const rows = named.map(({ file, line, column, name, symbolic, calls }) => [
    `${relative('', file)}:${line}:${column}`,
    name,
    symbolic,
    calls === 1 ? '' : `${calls} times`,
  ]);
  const widths = [0, 1, 2].map((i) => Math.max(0, ...rows.map((row) => row[i].length)));
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  for (const { severity, message, file, line, column, related, kind } of problems) {
    process.stderr.write(`${severity} (${kind}): ${message}\n    at ${file}:${line}:${column}\n`);
    for (const at of related)
      process.stderr.write(`    ${at.message}: ${at.file}:${at.line}:${at.column}\n`);
  }
}
