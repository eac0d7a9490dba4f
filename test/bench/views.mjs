// `npm run bench:views`: what views cost, in the page, in training, and from key to picture in the real VS Code. Knows no number.
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { bundle, root } from './bundle.mjs';
import { findBrowser } from '../harness/browser.mjs';

const run = (...words) =>
  execFileSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });

if (!findBrowser()) {
  console.error('no Chromium or Chrome was found: views are not measured');
  process.exit(0);
}
process.chdir(root);
run('esbuild.mjs', '--tests');
const outfile = await bundle('views', 'views', { packages: 'external' });
await import(pathToFileURL(outfile).href);
run(
  'test/harness/run-editor.mjs',
  '--suite',
  'measure',
  '--grep',
  'a view',
  ...process.argv.slice(2),
);
