// The world of a shape run: files can be read; nothing is written, sent or started. Knows no tensor.
import { setTimeout as delay } from 'node:timers';
import { readBuiltin } from '../session/workspace';
import { makePoison } from './poison';

/** Modules that only compute. */
const harmless =
  /^(?:node:)?(?:assert|buffer|crypto|events|os|path|perf_hooks|querystring|string_decoder|url|util|zlib)(?:\/\w+)?$/;
const files = /^(?:node:)?fs(\/promises)?$/;
/** What `fs` has that changes nothing. */
const reading =
  /^(?:read(?:File|dir|link)|stat|lstat|access|exists|realpath|open(?:AsBlob)?)(?:Sync)?$|^constants$|^createReadStream$/;

/** One of Node's own modules, without what would reach out of the run; undefined when there is none. */
export function readHarmlessBuiltin(name: string): object | undefined {
  const real = readBuiltin(name) as Record<string, unknown> | undefined;
  if (real === undefined || harmless.test(name)) return real;
  const match = files.exec(name);
  if (!match) return everything(real);
  const quiet = { ...real, ...onlyReading(real) };
  return match[1] ? quiet : { ...quiet, promises: onlyReading(real.promises as typeof real) };
}

function onlyReading(real: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(real).map(([name, value]) => {
      if (typeof value !== 'function' || /^[A-Z]/.test(name) || reading.test(name))
        return [name, value];
      return [name, () => undefined];
    }),
  );
}

/** The same names, each an unknown value. */
function everything(real: Record<string, unknown>): object {
  return Object.fromEntries(Object.keys(real).map((name) => [name, makePoison()]));
}

const inert = {
  fetch: () => makePoison(),
  WebSocket: makePoison(),
  EventSource: makePoison(),
  // What waits is called at once; what repeats, once.
  setTimeout: (call: (...rest: unknown[]) => void, _?: number, ...rest: unknown[]) =>
    delay(() => call(...rest), 0),
  setInterval: () => 0,
  console: quietConsole(),
};

function quietConsole(): Console {
  const names = Object.keys(console) as (keyof Console)[];
  return Object.fromEntries(names.map((name) => [name, () => undefined])) as unknown as Console;
}

/** Makes this thread's globals inert while `body` runs. */
export async function inertly<T>(body: () => Promise<T>): Promise<T> {
  const world = globalThis as unknown as Record<string, unknown>;
  const before = Object.entries(inert).map(([name]) => [name, world[name]] as const);
  Object.assign(world, inert);
  try {
    return await body();
  } finally {
    for (const [name, value] of before) world[name] = value;
  }
}
