// Bundles what ships into dist/ and, with --tests, every test file into out/test/. Knows no source.
import { build, context } from 'esbuild';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelLibrary } from './engine/kernels/emit/plugin.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const exists = (file) => existsSync(join(root, file));

const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  legalComments: 'none',
  define: { RETROGRAD_VERSION: JSON.stringify(version) },
  metafile: true,
  plugins: [kernelLibrary],
};
/** What the package's `bin` names must stay executable: npx links it once, and a build writes it anew. */
const executable = {
  name: 'executable',
  setup: ({ initialOptions, onEnd }) =>
    onEnd(({ errors }) => {
      if (errors.length === 0) chmodSync(join(root, initialOptions.outfile), 0o755);
    }),
};
const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: !flags.has('--watch'),
  keepNames: true,
};

/** Every bundle, by name; an entry that does not exist yet is a build error, not a silent gap. */
const bundles = [
  {
    ...node,
    entryPoints: ['extension/main.ts'],
    outfile: 'dist/extension.cjs',
    external: ['vscode'],
  },
  { ...node, entryPoints: ['engine/session/supervisor-worker.ts'], outfile: 'dist/supervisor.cjs' },
  { ...node, entryPoints: ['engine/session/user-worker.ts'], outfile: 'dist/user-worker.cjs' },
  { ...node, entryPoints: ['engine/kernels/helper-worker.ts'], outfile: 'dist/helper-worker.cjs' },
  { ...node, entryPoints: ['engine/shapes/shape-worker.ts'], outfile: 'dist/shape-worker.cjs' },
  {
    ...node,
    entryPoints: ['engine/cli.ts'],
    outfile: 'dist/cli.cjs',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [...common.plugins, executable],
  },
  { ...node, format: 'esm', entryPoints: ['engine/index.ts'], outfile: 'dist/retrograd/index.js' },
  {
    ...common,
    platform: 'browser',
    target: 'chrome120',
    format: 'iife',
    minify: !flags.has('--watch'),
    entryPoints: ['webview/main.ts'],
    outfile: 'dist/webview/main.js',
  },
];

/** Test files of a layer: one ESM graph, so that all files of a layer share one engine. */
function testBundle(layer) {
  const folder = join(root, 'test', layer);
  const entryPoints = existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .filter((file) => file.endsWith('.test.ts') || file === 'index.ts')
        .map((file) => `test/${layer}/${file}`)
    : [];
  if (entryPoints.length === 0) return [];
  const editor = layer === 'editor';
  return [
    {
      ...common,
      platform: 'node',
      target: 'node20',
      format: editor ? 'cjs' : 'esm',
      splitting: !editor,
      outExtension: editor ? { '.js': '.cjs' } : { '.js': '.mjs' },
      packages: 'external',
      external: ['vscode'],
      sourcemap: 'inline',
      entryPoints,
      outdir: `out/test/${layer}`,
      outbase: `test/${layer}`,
      alias: { retrograd: './engine/index.ts' },
    },
  ];
}

/** The package that makes `import 'retrograd'` resolve in a folder that has nothing installed. */
function writePackage() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-b', 'engine'], { cwd: root, stdio: 'inherit' });
  const target = join(root, 'dist/retrograd');
  rmSync(join(target, 'types'), { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  cpSync(join(root, 'out/types/engine'), join(target, 'types'), {
    recursive: true,
    filter: (file) => !/\.[a-z]+$/.test(file) || file.endsWith('.d.ts'),
  });
  const manifest = {
    name: 'retrograd',
    version,
    type: 'module',
    main: './index.js',
    types: './types/index.d.ts',
  };
  writeFileSync(join(target, 'package.json'), JSON.stringify(manifest, null, 2) + '\n');
}

function copyAssets() {
  for (const [from, to] of [['extension/gallery', 'dist/gallery']]) {
    if (exists(from)) cpSync(join(root, from), join(root, to), { recursive: true });
  }
}

const layers = ['engine', 'debug', 'webview', 'editor'];
const wanted = flags.has('--tests') ? [...bundles, ...layers.flatMap(testBundle)] : bundles;
if (flags.has('--watch')) {
  for (const options of wanted) await (await context(options)).watch();
  copyAssets();
  console.log('watching');
} else {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  rmSync(join(root, 'out/test'), { recursive: true, force: true });
  const results = await Promise.all(wanted.map((options) => build(options)));
  mkdirSync(join(root, 'out'), { recursive: true });
  const inputs = Object.fromEntries(
    results
      .slice(0, bundles.length)
      .map((result, i) => [bundles[i].outfile, Object.keys(result.metafile.inputs)]),
  );
  writeFileSync(join(root, 'out/bundles.json'), JSON.stringify(inputs, null, 2));
  writePackage();
  copyAssets();
}
