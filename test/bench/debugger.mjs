// `npm run bench:debugger`: what a step costs, in the adapter and from key to screen in the real VS Code. Knows no number.
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { bundle, root } from './bundle.mjs';

const run = (...words) =>
  execFileSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });

run('esbuild.mjs', '--tests');
const outfile = await bundle('debugger');
await import(pathToFileURL(outfile).href);
run(
  'test/harness/run-editor.mjs',
  '--suite',
  'measure',
  '--grep',
  'a step key',
  ...process.argv.slice(2),
);
