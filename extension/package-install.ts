// Makes `import 'retrograd'` resolve in a folder that has nothing installed. Knows no engine.
import { cp, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { randomUUID } from 'node:crypto';

/** Tells our copy from a real install, which is never touched. */
const marker = 'copiedByVSCodeExtension';

interface Manifest {
  version?: string;
  [marker]?: boolean;
}

/**
 * Copies the package at `source` into `node_modules` of the nearest folder of `file` that has a
 * package.json, at most `root`. Does nothing when the file already resolves it, unless to an older
 * copy of ours. True when something was written.
 */
export async function ensurePackage(file: string, root: string, source: string): Promise<boolean> {
  const ours = await readManifest(source);
  if (ours === undefined) throw new Error(`the extension is damaged: ${source} is missing`);
  for (const folder of foldersUp(dirname(file))) {
    const installed = join(folder, 'node_modules', 'retrograd');
    const entry = await lstat(installed).catch(() => undefined);
    if (entry === undefined) continue;
    const manifest = entry.isSymbolicLink() ? undefined : await readManifest(installed);
    if (!manifest?.[marker] || manifest.version === ours.version) return false;
    await copy(source, installed, ours);
    return true;
  }
  await copy(source, join(await homeOf(file, root), 'node_modules', 'retrograd'), ours);
  return true;
}

async function homeOf(file: string, root: string): Promise<string> {
  for (const folder of foldersUp(dirname(file))) {
    const outside = relative(root, folder).startsWith('..');
    if (outside) break;
    const manifest = await lstat(join(folder, 'package.json')).catch(() => undefined);
    if (manifest?.isFile()) return folder;
  }
  return root;
}

/** Complete or not at all: a copy that is cut off must not look like an install. */
async function copy(source: string, target: string, manifest: Manifest): Promise<void> {
  const draft = join(dirname(target), `.retrograd-${randomUUID()}`);
  try {
    await mkdir(dirname(target), { recursive: true });
    await cp(source, draft, { recursive: true });
    const marked = JSON.stringify({ ...manifest, [marker]: true }, null, 2);
    await writeFile(join(draft, 'package.json'), `${marked}\n`);
    await writeFile(join(draft, '.gitignore'), '*\n');
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function* foldersUp(start: string): Generator<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    yield folder;
    if (dirname(folder) === folder) return;
  }
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}
