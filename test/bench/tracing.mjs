// A part of `npm run bench`: what hooks and recording cost, and how fast a step is walked. Prints tables.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { kernelLibrary } from '../../engine/kernels/emit/plugin.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const quick = process.argv.includes('--quick');
const [rounds, seconds] = quick ? [7, 0.02] : [31, 0.1];
const outfile = join(root, 'out/bench/hooks.mjs');

const ask = (...words) =>
  JSON.parse(execFileSync(process.execPath, [outfile, ...words.map(String)], { encoding: 'utf8' }));

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const percent = (ratio) => `${ratio >= 1 ? '+' : '−'}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`;

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Round by round against the plain step beside it; and the best round against the best. */
function overhead(name) {
  const times = ask('rounds', name, rounds, seconds);
  const best = (mode) => Math.min(...times[mode]);
  const cells = ['hooked', 'recording', 'sealing'].map((mode) => {
    const paired = median(times[mode].map((time, round) => time / times.plain[round]));
    return `${percent(paired)} (${percent(best(mode) / best('plain'))})`;
  });
  return [name, best('plain').toFixed(2), ...cells];
}

await build({
  absWorkingDir: root,
  entryPoints: ['test/bench/hooks.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  alias: { retrograd: './engine/index.ts' },
  external: ['typescript'],
  logLevel: 'warning',
  plugins: [kernelLibrary],
});

const { rows, moments, ...figures } = ask('stepping');
const text = [
  '# Hooks, recording and stepping',
  'Milliseconds of processor time of a step that the TypeScript compiler alone has stripped of its types; what the hooks add to it, and what recording the step adds, without and with sealing the trace. Medians of ratios of rounds that take turns; in brackets those of the best rounds.',
  table(
    ['program', 'plain, ms', 'hooks, off', 'recording', 'and sealing'],
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
