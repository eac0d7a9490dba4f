// Finds a file that trains what another file defines. Knows no syntax tree.
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const mostFiles = 200;
const trains = /^[ \t]*export\s+(?:async\s+)?(?:function\s*\*?|const|let)\s+(?:train|example)\b/m;
const imports = /\bfrom\s*['"](\.[^'"]*)['"]/g;

/** A file in the same folder, or one around or below it, that imports `file` and exports `train` or `example`. */
export function findImporter(
  file: string,
  read: (path: string) => string | undefined,
): string | undefined {
  const folder = dirname(file);
  const candidates = [
    ...filesIn(folder),
    ...filesIn(dirname(folder)),
    ...foldersIn(folder).flatMap(filesIn),
  ];
  return candidates.slice(0, mostFiles).find((path) => {
    if (path === file) return false;
    const text = read(path);
    return text !== undefined && trains.test(text) && leadsTo(path, text, file);
  });
}

function leadsTo(from: string, text: string, file: string): boolean {
  const wanted = withoutEnding(file);
  return [...text.matchAll(imports)].some(
    ([, specifier]) => withoutEnding(resolve(dirname(from), specifier)) === wanted,
  );
}

const withoutEnding = (path: string): string =>
  path.replace(/(?:\/index)?\.(?:ts|mts|js|mjs)$/, '');

function entriesOf(folder: string): { name: string; isFile(): boolean; isDirectory(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

const filesIn = (folder: string): string[] =>
  entriesOf(folder)
    .filter(
      (entry) => entry.isFile() && /\.m?ts$/.test(entry.name) && !entry.name.endsWith('.d.ts'),
    )
    .map(({ name }) => join(folder, name));

const foldersIn = (folder: string): string[] =>
  entriesOf(folder)
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name))
    .map(({ name }) => join(folder, name));
