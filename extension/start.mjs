// `npm start`: from a fresh clone to a trained model and an open gallery. Starts without node_modules.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const headless = process.argv.includes('--headless');

function run(command, ...args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(root, 'node_modules/.package-lock.json'))) {
  console.log('Installing what is missing …');
  run('npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts');
}
console.log('Building …');
run(process.execPath, 'esbuild.mjs');
console.log(
  '\nTraining extension/gallery/spiral.ts, two intertwined spirals and a small network:\n',
);
run(process.execPath, 'dist/cli.cjs', 'train', 'extension/gallery/spiral.ts');
if (headless) process.exit(0);

const editor = desktopEditor();
if (editor) {
  console.log(`\nOpening the gallery in ${editor}. Open a file and run "Retrograd: Train Model".`);
  spawn(
    editor,
    ['--new-window', `--extensionDevelopmentPath=${root}`, join(root, 'extension/gallery')],
    {
      detached: true,
      stdio: 'ignore',
    },
  ).unref();
} else {
  await serveEditor();
}

/** A VS Code, or an editor made from it, that is installed here. */
function desktopEditor() {
  if (process.env.VSCODE_PATH) return process.env.VSCODE_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['code', 'code-insiders', 'codium', 'cursor'];
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** Without a desktop's editor: a VS Code served to a browser on this machine. */
async function serveEditor() {
  const { serve } = await import('../test/harness/serve.mjs');
  const dataFolder = mkdtempSync(join(tmpdir(), 'retrograd-start-'));
  const gallery = join(dataFolder, 'gallery');
  cpSync(join(root, 'extension/gallery'), gallery, { recursive: true });
  const server = await serve({ lane: 'oldest', dataFolder, preferredPort: 8080 });
  const payload = JSON.stringify([
    ['skipWelcome', 'true'],
    ['extensionDevelopmentPath', `vscode-remote://127.0.0.1:${server.port}${root}`],
  ]);
  const address = `http://127.0.0.1:${server.port}/?${new URLSearchParams({ folder: gallery, payload })}`;
  console.log(
    `\nNo VS Code was found on the PATH, so one is served on this machine. Open\n\n  ${address}\n`,
  );
  console.log(
    'then open a file and run "Retrograd: Train Model" from the command palette (F1). Ctrl-C ends it.',
  );
  if (process.env.DISPLAY) {
    try {
      execFileSync('xdg-open', [address], { stdio: 'ignore' });
    } catch {
      // No browser can be opened from here; the address is printed above.
    }
  }
  const stop = () => {
    server.stop();
    rmSync(dataFolder, { recursive: true, force: true });
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
