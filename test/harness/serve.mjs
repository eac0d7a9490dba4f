// Runs VS Code's server for one workspace. Knows no browser and no test.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ensureVSCode } from './ensure-vscode.mjs';

/** Keeps everything that is not ours off the screen. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'window.autoDetectColorScheme': false,
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'window.commandCenter': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
};

/** A port on which nothing listens; `preferred` when it is free. */
export function freePort(preferred = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (preferred === 0 ? reject(error) : resolve(freePort())));
    server.listen(preferred, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts the server and resolves when it answers.
 * `dataFolder` must be new for each run: breakpoints, layout and settings live in it.
 */
export async function serve({
  lane,
  dataFolder,
  settings = {},
  trusted = true,
  preferredPort = 0,
  environment = {},
}) {
  const { server, node } = ensureVSCode(lane);
  const port = await freePort(preferredPort);
  const extensions = join(dataFolder, 'extensions');
  mkdirSync(join(dataFolder, 'data/User'), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  writeFileSync(
    join(dataFolder, 'data/User/settings.json'),
    JSON.stringify(
      {
        ...quietSettings,
        ...(trusted && { 'security.workspace.trust.enabled': false }),
        ...settings,
      },
      null,
      2,
    ),
  );
  const child = spawn(
    node,
    [
      server,
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      ...[
        '--accept-server-license-terms',
        '--disable-getting-started-override',
        '--disable-telemetry',
        '--disable-update-check',
      ],
      ...(trusted ? ['--disable-workspace-trust'] : []),
      ...[
        '--enable-smoke-test-driver',
        '--server-data-dir',
        dataFolder,
        '--extensions-dir',
        extensions,
      ],
    ],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const output = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => output.push(String(data)));
  const stop = () => {
    // The whole group: the extension host is a child of the server.
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  };
  await answers(`http://127.0.0.1:${port}/`, child, output);
  return { port, stop, output: () => output.join('') };
}

async function answers(url, child, output) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if (child.exitCode !== null) break;
    const reply = await fetch(url).catch(() => undefined);
    if (reply?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`VS Code's server did not start:\n${output.join('')}`);
}
