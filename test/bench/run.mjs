// `npm run bench`: all measurements, one after the other. `--quick`: within a minute; `--json`: figures alone. Knows no figure.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { compute } from './compute.mjs';
import { ensureNode } from './node.mjs';
import { report } from './report.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const flags = new Set(process.argv.slice(2));
const quick = flags.has('--quick');
const json = flags.has('--json');

/** Further measurements, each a program that prints tables and keeps them beside this file. */
const further = ['tracing.mjs', 'seeking.mjs', 'shapes.mjs', 'views.mjs'];

const say = (line) => console.error(line);
const tell = (text) => (json ? undefined : console.log(text));

const start = performance.now();
const measured = await compute(ensureNode(say), quick, say);
const text = report(measured, root, (performance.now() - start) / 1000);
if (!quick)
  writeFileSync(join(root, 'test/bench/RESULTS.md'), await format(text, { parser: 'markdown' }));
tell(text);
let failed = false;
for (const program of quick ? [] : further) {
  say(`running ${program}`);
  const { status } = spawnSync(process.execPath, [join(root, 'test/bench', program)], {
    cwd: root,
    stdio: ['ignore', json ? 'ignore' : 'inherit', 'inherit'],
  });
  if (status !== 0) say(`${program} failed (status ${status})`);
  failed ||= status !== 0;
}
say(`done in ${Math.round((performance.now() - start) / 1000)} s`);
// Figures for machines: always one line, the last.
if (json || quick) console.log(JSON.stringify(measured));
process.exitCode = failed ? 1 : 0;
