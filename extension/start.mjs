// `npm start`: installs, builds, trains one model here in the terminal, then opens the gallery in VS Code.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const gallery = join(root, 'out/gallery');
const windows = process.platform === 'win32';

run('npm', ['ci'], !existsSync(join(root, 'node_modules/.package-lock.json')));
run(process.execPath, ['esbuild.mjs']);
// A copy to edit: what is in it already, perhaps changed, stays.
cpSync(join(root, 'dist/gallery'), gallery, { recursive: true, force: false });

console.log('\nTraining dist/gallery/spiral.ts, as the editor does it:\n');
run(process.execPath, ['dist/cli.cjs', 'train', 'dist/gallery/spiral.ts']);

if (!process.argv.includes('--headless')) {
  const editor = findEditor();
  if (editor !== undefined) openDesktop(editor);
  else await serveEditor();
}

function run(command, words, needed = true) {
  if (!needed) return;
  const { status, error } = spawnSync(command, words, {
    cwd: root,
    stdio: 'inherit',
    shell: windows && command === 'npm',
  });
  if (status === 0) return;
  console.error(`\n'${[command, ...words].join(' ')}' failed${error ? `: ${error.message}` : '.'}`);
  process.exit(status ?? 1);
}

/** VSCODE_PATH, or the first editor on the PATH that is a VS Code. */
function findEditor() {
  if (process.env.VSCODE_PATH) return process.env.VSCODE_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return ['code', 'codium', 'cursor']
    .map((name) => (windows ? `${name}.cmd` : name))
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

function openDesktop(editor) {
  console.log(`\nOpening the gallery in ${editor}. Run "Retrograd: Train Model" on any file.`);
  const words = [`--extensionDevelopmentPath=${root}`, '--new-window', gallery];
  spawn(editor, words, { stdio: 'ignore', detached: true, shell: windows })
    .once('error', (error) => {
      console.error(`${editor} did not start: ${error.message}`);
      process.exitCode = 1;
    })
    .unref();
}

/** Without a desktop VS Code: the oldest supported one, in a browser. Stays until Ctrl-C. */
async function serveEditor() {
  const { serve } = await import('../test/harness/serve.mjs');
  const dataFolder = join(root, 'out/vscode-data');
  const server = await serve({ lane: 'oldest', dataFolder, preferredPort: 8080 });
  const origin = `127.0.0.1:${server.port}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['extensionDevelopmentPath', `vscode-remote://${origin}${root}`],
  ];
  const address = new URL(`http://${origin}/`);
  address.searchParams.set('folder', gallery);
  address.searchParams.set('payload', JSON.stringify(payload));
  console.log('\nVS Code with the gallery is open at\n');
  console.log(`  ${address.href}\n`);
  console.log('Open a model file and run "Retrograd: Train Model" (F1). Ctrl-C ends it.');
  if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
    spawn('xdg-open', [address.href], { stdio: 'ignore', detached: true })
      .once('error', () => console.log('(No browser could be started; open the address by hand.)'))
      .unref();
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      server.stop();
      process.exit(0);
    });
  }
}
