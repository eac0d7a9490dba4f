// The house itself: who may import whom, and what may stand in the repository. Knows no behaviour.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, never> & {
  engines: { vscode: string };
  devDependencies: Record<string, string>;
  dependencies?: unknown;
};

/** Source files that went into each bundle, as the build wrote them down. */
const bundles = JSON.parse(readFileSync('out/bundles.json', 'utf8')) as Record<string, string[]>;

describe('the house', () => {
  it('lets the extension and the views see only the two border files of the engine', () => {
    for (const bundle of ['dist/extension.cjs', 'dist/webview/main.js']) {
      const seen = bundles[bundle].filter((file) => file.startsWith('engine/'));
      const allowed = ['engine/protocol.ts', 'engine/rpc.ts'];
      assert.deepEqual(
        seen.filter((file) => !allowed.includes(file)),
        [],
        bundle,
      );
    }
  });

  it('keeps the engine away from the editor and the views', () => {
    for (const bundle of [
      'dist/supervisor.cjs',
      'dist/user-worker.cjs',
      'dist/cli.cjs',
      'dist/retrograd/index.js',
    ]) {
      const strangers = bundles[bundle].filter((file) => /^(extension|webview|test)\//.test(file));
      assert.deepEqual(strangers, [], bundle);
    }
  });

  it('leaves the command line executable, build after build', () => {
    assert.equal(statSync('dist/cli.cjs').mode & 0o111, 0o111);
  });

  it('ships no compiler, and its package runs without the loader', () => {
    const all = Object.values(bundles).flat();
    assert.ok(!all.some((file) => /node_modules\/(typescript|esbuild)\//.test(file)));
    const own = bundles['dist/retrograd/index.js'];
    assert.ok(!own.some((file) => file.startsWith('engine/source/') || file.includes('acorn')));
  });

  it('needs nothing at run time, and the types of the VS Code that it supports', () => {
    assert.equal(manifest.dependencies, undefined);
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode']}`);
    for (const [name, version] of Object.entries(manifest.devDependencies)) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is pinned`);
    }
  });

  it('names no machine and no registry', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0');
    for (const file of files.filter(
      (name) => /\.(ts|mjs|json|md|py|yml)$/.test(name) || name === '.npmrc',
    )) {
      const text = readFileSync(file, 'utf8');
      const found =
        /\/(?:work|root|home)\/[a-z]+|https?:\/\/(?:registry\.|[^/"' ]*artifactory)/.exec(text);
      assert.equal(found?.[0], undefined, file);
    }
  });
});
