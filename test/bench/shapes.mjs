// A part of `npm run bench`: how fast a file of four models is told of while somebody types. Prints a table.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { bundle, root } from './bundle.mjs';
import { ensureNode } from './node.mjs';

const outfile = await bundle('typing', 'shapes');
const edits = process.argv.includes('--quick') ? 30 : 200;

const text = readFileSync(join(root, 'test/bench/four-models.ts'), 'utf8');
const node = ensureNode((line) => console.error(line));
const words = [outfile, join(root, 'dist/shape-worker.cjs'), String(edits)];
const { results, first, hints, version } = JSON.parse(
  execFileSync(node, words, { cwd: root, encoding: 'utf8' }),
);
const at = (key, share) => {
  const sorted = results.map((result) => result[key]).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(2);
};
const rows = [
  ['answer, from request to reply', 'wall'],
  ['of that, processor time of the thread that runs the file', 'work'],
  ['processor time of the whole process, collectors and compilers included', 'cpu'],
  ['processor time of the thread that asks, hints read included', 'host'],
].map(([name, key]) => `| ${[name, ...[0.5, 0.95, 1].map((s) => at(key, s))].join(' | ')} |`);
const told = [
  '# Shapes while one types',
  `Milliseconds, over ${edits} edits of a file of ${text.split('\n').length - 1} lines with four models (an LSTM over 64 steps, a GPT, LeNet, and sequence to sequence with attention), one in five of them half-typed. Node ${version}, the real worker; the first answer of a cold worker took ${first.toFixed(0)} ms. ${hints} places have hints.`,
  ['| what | median | 95 % | most |', '| --- | --- | --- | --- |', ...rows].join('\n'),
].join('\n\n');
if (edits === 200)
  writeFileSync(join(root, 'test/bench/SHAPES.md'), await format(told, { parser: 'markdown' }));
console.log(told);
