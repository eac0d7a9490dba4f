// A part of `npm run bench`: what hooks and recording cost, and how fast a step is walked. Prints tables.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { bundle, root } from './bundle.mjs';

const quick = process.argv.includes('--quick');
const [pairs, seconds] = quick ? [11, 0.01] : [75, 0.02];
const [runs, runSeconds] = quick ? [3, 0.05] : [9, 0.5];
const outfile = await bundle('hooks', 'hooks', {
  alias: { retrograd: './engine/index.ts' },
  external: ['typescript'],
});

/** As much room for young objects as the thread of a run has. */
const room = '--max-semi-space-size=32';
const ask = (...words) =>
  JSON.parse(
    execFileSync(process.execPath, [room, outfile, ...words.map(String)], { encoding: 'utf8' }),
  );

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The median of paired ratios, and between which two half of them lie. */
function told(ratios) {
  const sorted = [...ratios].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return `${at(0.5).toFixed(3)} (${at(0.25).toFixed(2)}–${at(0.75).toFixed(2)})`;
}

function overhead(name) {
  const { plain, ...modes } = ask('pairs', name, pairs, seconds);
  const past = ask('remembering', name, runs, runSeconds);
  const cells = [modes.hooked, modes.recording, modes.sealing, past].map(told);
  console.error(`${name}: ${cells.join('  ')}`);
  return [name, plain.toFixed(2), ...cells];
}

const { rows, moments, ...figures } = ask('stepping');
const text = [
  '# Hooks, recording and stepping',
  'Milliseconds of processor time of a step that the TypeScript compiler alone has stripped of its types, and how many times as long it takes with hooks that are off (goal: at most 1.02), with hooks that record (1.15), with the trace sealed behind it, and, as part of a run, with its past remembered within 128 MB. Medians of the ratios of many short pairs, each measured side by side; half of the pairs lie between the numbers in brackets.',
  table(
    ['program', 'plain, ms', 'hooks off', 'recording', 'and sealing', 'remembering'],
    ask('names').map(overhead),
  ),
  `A recorded step of ${rows} rows and ${moments} moments; best of several rounds. Moves include the stack and the variables of all its frames.`,
  table(
    ['what', 'µs'],
    Object.entries(figures).map(([name, ms]) => [name, (1000 * ms).toFixed(1)]),
  ),
].join('\n\n');
if (!quick)
  writeFileSync(join(root, 'test/bench/TRACING.md'), await format(text, { parser: 'markdown' }));
console.log(text);
