// Runs the editor's tests in real VS Codes, one lane after the other. Knows no test.
import { runTests } from '@vscode/test-electron';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({
  options: { lane: { type: 'string' }, suite: { type: 'string' }, grep: { type: 'string' } },
  strict: false,
});

/** The desktop's VS Code runs where there is one; the two in a browser run everywhere. */
const desktop =
  process.env.VSCODE_PATH ?? (process.env.VSCODE_LANE === 'desktop' ? 'download' : undefined);
const sessions = desktop
  ? [{ lane: 'desktop', suite: 'all' }]
  : [
      { lane: 'oldest', suite: 'all' },
      { lane: 'oldest', suite: 'restricted' },
      { lane: 'newest', suite: 'all' },
    ];

// What is measured, and tested by nobody, runs when it is asked for.
if (values.suite === 'measure') sessions.push({ lane: values.lane ?? 'newest', suite: 'measure' });
for (const { lane, suite } of sessions) {
  if (values.lane !== undefined && values.lane !== lane) continue;
  if (values.suite !== undefined && values.suite !== suite) continue;
  console.log(
    `\nVS Code lane: ${lane}, ${suite === 'restricted' ? 'restricted workspace' : 'trusted workspace'}`,
  );
  // Behind a link, tests would see another path than the editor does.
  const scratch = mkdtempSync(join(tmpdir(), 'retrograd-'));
  const workspace = mkdtempSync(join(tmpdir(), 'retrograd-workspace-'));
  try {
    await runTests({
      ...(desktop === undefined && {
        vscodeExecutablePath: join(root, 'test/harness/launcher.mjs'),
      }),
      ...(desktop !== undefined && desktop !== 'download' && { vscodeExecutablePath: desktop }),
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, 'out/test/editor/index.cjs'),
      launchArgs: [workspace, `--user-data-dir=${scratch}`],
      extensionTestsEnv: {
        RETROGRAD_LANE: lane,
        RETROGRAD_SUITE: suite,
        RETROGRAD_GREP: values.grep ?? '',
        RETROGRAD_SCREENSHOTS: join(root, 'screenshots', lane),
        RETROGRAD_WORKSPACE: workspace,
        ...(suite === 'restricted' && { RETROGRAD_RESTRICTED: '1' }),
      },
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    rmSync(workspace, { recursive: true, force: true });
  }
}
