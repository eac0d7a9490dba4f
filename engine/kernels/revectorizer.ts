// V8's pass that makes one vector of eight of two of four: switched on in processes of our own. Knows no kernel.
import { setFlagsFromString } from 'node:v8';

/** Tells threads that start later; they inherit the environment. */
const variable = 'RETROGRAD_REVECTORIZE';

/** The first V8 whose pass gives right and fast code (Node 24), and those whose flag has another name. */
const [first, renamed] = [13.6, 15.6];

/**
 * Switches it on for this process, before it compiles any kernel: V8's flags are the whole process's,
 * so only a process that runs nothing but the engine may call this. Does nothing where V8 has no such
 * pass.
 */
export function enableRevectorizer(): void {
  const version = Number(/^\d+\.\d+/.exec(process.versions.v8)?.[0]);
  if (process.arch !== 'x64' || !(version >= first)) return;
  setFlagsFromString(version < renamed ? '--experimental-wasm-revectorize' : '--wasm-revectorize');
  // The known answers must be asked of the code that will serve, not of a first draft of it.
  setFlagsFromString('--no-liftoff');
  process.env[variable] = '1';
}

/** Whether it was switched on: kernels made for it are then worth a try. */
export const revectorizes = (): boolean => process.env[variable] === '1';
