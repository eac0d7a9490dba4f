// What the user's thread may not do: a seat belt against accidents, not a wall. Knows no program.
import { join } from 'node:path';

/**
 * Flags for a thread that may read every file, write below one folder, and start no process and no
 * native code. None where this Node has no permission model; the boundary that counts is workspace trust.
 */
export function permissions(writable: string): string[] {
  // Renamed when it became stable, in Node 22.13 and 23.5.
  const flag = ['--permission', '--experimental-permission'].find((name) =>
    process.allowedNodeEnvironmentFlags.has(name),
  );
  if (flag === undefined) return [];
  return [flag, '--allow-fs-read=*', `--allow-fs-write=${join(writable, '*')}`, '--no-warnings'];
}

/** What a refusal means, in words; undefined for other errors. */
export function explainRefusal(
  error: NodeJS.ErrnoException & { resource?: string },
): string | undefined {
  if (error.code !== 'ERR_ACCESS_DENIED') return undefined;
  const what = error.resource ? ` (${error.resource})` : '';
  return `the model may write only below its workspace folder and start no other program${what}`;
}
