// Reads the user's data files whole, with errors that name the path. Knows no format.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../tensor/errors';

/** Where relative paths start: the folder of the process, unless a session names the model's. */
export const dataFolder = { path: undefined as string | undefined };

/**
 * Digests of the files that a run has read, by path, when its steps may be run again: they must read
 * the same. Undefined for a program that only goes forward, which may change its own files; one that
 * is not held may do so as long as nothing is `repeated`.
 */
export const dataDigests = {
  known: undefined as Map<string, string> | undefined,
  repeated: (): boolean => true,
};

/** The bytes of a regular file. A pipe or a device would block the run, so they are refused. */
export function readDataFile(path: string | URL): Buffer {
  const given = String(path);
  const resolved =
    path instanceof URL || given.startsWith('file:')
      ? fileURLToPath(path)
      : isAbsolute(given)
        ? given
        : resolve(dataFolder.path ?? process.cwd(), given);
  const name = resolved === given ? `'${given}'` : `'${given}' (that is '${resolved}')`;
  const fail = (what: string): EngineError => new EngineError('data', `${name}: ${what}`);
  const stat = statSync(resolved, { throwIfNoEntry: false });
  if (stat === undefined) throw fail('no such file');
  if (stat.isDirectory()) throw fail('is a folder, not a file');
  if (!stat.isFile()) throw fail('is not a regular file');
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolved);
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
  const { known, repeated } = dataDigests;
  if (known && !unchanged(known, resolved, bytes) && repeated())
    throw fail(
      'has changed since the run began, so that its steps cannot be run again: train anew',
    );
  return bytes;
}

/** Whether a file is as it was when the run first read it. */
function unchanged(known: Map<string, string>, path: string, bytes: Buffer): boolean {
  const digest = createHash('sha1').update(bytes).digest('hex');
  const before = known.get(path);
  known.set(path, before ?? digest);
  return before === undefined || before === digest;
}
