// What a model file may reach outside itself: workspace files and Node's own modules. Knows no syntax.
import { readFileSync, statSync } from 'node:fs';

/** The text of a regular file, or undefined. */
export function readFile(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** One of Node's own modules, or undefined. */
export function readBuiltin(name: string): object | undefined {
  const found: unknown = process.getBuiltinModule(name);
  return found as object | undefined;
}
