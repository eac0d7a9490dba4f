// What must hold for the engine's source: ops run in `record` alone, and folders depend one way.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { build } from 'esbuild';

const sources = (readdirSync('engine', { recursive: true }) as string[])
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `engine/${file}`);

/** The folder of engine/ that a file lies in. */
const folderOf = (file: string): string => file.split('/').slice(1, -1).join('/');

async function importsOf(entry: string): Promise<[from: string, to: string][]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    packages: 'external',
    external: ['*.wasm'],
    logLevel: 'silent',
  });
  return Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
    imports.filter(({ external }) => !external).map(({ path }): [string, string] => [from, path]),
  );
}

describe('invariants of the source', () => {
  it('an op is executed in record, and nowhere else', () => {
    const callers = sources.filter((file) =>
      /\b(forward|simd)!?(\?\.)?\(|\.(forward|simd)\.call\(/.test(
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => /definition|\bop\b/.test(line))
          .join('\n'),
      ),
    );
    assert.deepEqual(callers, ['engine/tape/record.ts']);
  });

  it('kernels are imported by ops and kernels only', async () => {
    const imports = await importsOf('engine/index.ts');
    const strangers = imports.filter(
      ([from, to]) =>
        folderOf(to).startsWith('kernels') && !/^(ops|kernels|kernels\/.*)$/.test(folderOf(from)),
    );
    assert.deepEqual(strangers, []);
    assert.ok(imports.some(([, to]) => folderOf(to) === 'kernels/reference'));
  });

  it('tensors know no op, and ops no layer', async () => {
    const imports = await importsOf('engine/index.ts');
    const below: Record<string, RegExp> = {
      tensor: /^tensor$|^$/,
      tape: /^(tensor|tape|ops)$/,
      ops: /^(tensor|tape|ops|kernels|kernels\/.*)$/,
    };
    const upwards = imports.filter(([from, to]) => {
      const allowed = below[folderOf(from)];
      return allowed !== undefined && !allowed.test(folderOf(to));
    });
    assert.deepEqual(upwards, []);
  });
});
