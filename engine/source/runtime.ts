// What the built code calls while it runs: modules, enums, loops, holds. Knows no tensor and no file system.
import type { Hooks, LoopKind, Recording, Variables } from './hooks';
import { Loop } from './iteration';
import { holdCaptured, holdGenerator, holdPrivates } from './roots';

/** One loaded file or given module. */
export interface Module {
  readonly path: string;
  /** What `import * as` sees. */
  namespace: Record<string, unknown>;
  imports: Module[];
  /** The module's own bindings. */
  variables: Variables;
}

type Reader = (index: number) => unknown;
type Writer = (index: number, value: unknown) => boolean;

let frames = 0;

/** The hooks that stand in the program's text; while nobody listens they cost a look at one field. */
function sourceHooks(to: Recording) {
  return {
    $enter: (parent: number, site: number, self?: unknown): number => {
      const frame = ++frames;
      to.recorder?.enter(frame, parent, site, self);
      return frame;
    },
    $at: (frame: number, site: number): void => to.recorder?.at(frame, site),
    $iterate: (frame: number, site: number): void => to.recorder?.iterate(frame, site),
    $value: <T>(frame: number, site: number, value: T): T => {
      to.recorder?.value(frame, site, value);
      return value;
    },
    $guard: <T>(frame: number, site: number, call: () => T): T => {
      const { recorder } = to;
      if (recorder?.guard) return recorder.guard(frame, site, call) as T;
      const value = call();
      to.recorder?.value(frame, site, value);
      return value;
    },
    $changed: <T>(frame: number, site: number, before: T, after: unknown): T => {
      to.recorder?.value(frame, site, after);
      return before;
    },
    $bind: (frame: number, site: number, value: unknown): void =>
      to.recorder?.bind(frame, site, value),
    $leave: <T>(frame: number, site: number, value: T): T => {
      to.recorder?.leave(frame, site, value);
      return value;
    },
  };
}

/** The object that every built file receives as `$r`. */
export function createRuntime(
  hooks: Hooks,
  recording: Recording,
  load: (from: Module, specifier: string) => Promise<Module>,
) {
  let lastKey: string | symbol = '';
  return {
    hooks: sourceHooks(recording),
    /** Notes a computed key, after which a function that stands behind it is named. */
    key: (value: unknown): string | symbol =>
      (lastKey = typeof value === 'symbol' ? value : String(value)),
    keyName: (): string =>
      typeof lastKey === 'symbol'
        ? lastKey.description === undefined
          ? ''
          : `[${lastKey.description}]`
        : lastKey,
    imported: (module: Module, index: number) => module.imports[index].namespace,
    exports: (
      module: Module,
      getters: Record<string, () => unknown>,
      stars: readonly Record<string, unknown>[],
      names: readonly string[],
      count: number,
      read: Reader,
      write: Writer,
    ): void => {
      for (const star of stars) {
        for (const name of Object.keys(star))
          if (name !== 'default') defineGetter(module.namespace, name, () => star[name]);
      }
      for (const [name, get] of Object.entries(getters)) defineGetter(module.namespace, name, get);
      module.variables = { count, read, write, names };
    },
    dynamic: async (module: Module, specifier: unknown) =>
      (await load(module, String(specifier))).namespace,
    meta: ({ path }: Module) => ({
      url: `file://${path}`,
      filename: path,
      dirname: path.replace(/[\\/][^\\/]*$/, ''),
    }),
    /** An anonymous default export is called 'default'. */
    named: <T>(value: T): T => {
      if (typeof value === 'function' && value.name === '') {
        Object.defineProperty(value, 'name', { value: 'default', configurable: true });
      }
      return value;
    },
    member: (target: Record<string, unknown>, name: string, value: unknown): unknown => {
      target[name] = value;
      if (typeof value === 'number') target[value] = name;
      return value;
    },
    space: (
      target: object,
      members: Record<string, [() => unknown, ((value: unknown) => void)?]>,
    ): void => {
      for (const [name, [get, set]] of Object.entries(members)) {
        Object.defineProperty(target, name, {
          get,
          ...(set && { set }),
          enumerable: true,
          configurable: true,
        });
      }
    },
    captured: holdCaptured,
    privates: holdPrivates,
    generator: holdGenerator,
    loop: (
      { path: file }: Module,
      id: number,
      kind: LoopKind,
      once: boolean,
      names: readonly string[],
      count: number,
      read: Reader,
      write?: Writer,
    ): Loop => {
      const variables = { count, read, names, ...(write && { write }) };
      return new Loop(
        (length) => hooks.enterLoop({ id, file, kind, length, names, variables }),
        once,
      );
    },
  };
}

function defineGetter(target: object, name: string, get: () => unknown): void {
  Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
}
