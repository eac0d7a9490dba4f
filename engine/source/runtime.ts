// What the built code calls while it runs: modules, enums, loops, holds. Knows no tensor and no file system.
import type { Hooks, LoopRun, Recording, Variables } from './hooks';
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

/** One run of a loop, in the form in which the built code uses it. */
class Loop {
  constructor(
    private readonly start: (length: number | undefined) => LoopRun,
    private readonly once: boolean,
  ) {}

  private running: LoopRun | undefined;
  private begun = true;

  private run(length?: number): LoopRun {
    return (this.running ??= this.start(this.once ? length : undefined));
  }

  /** for (;;) and while: behind each condition that holds. */
  next(count = 0, read: Reader = () => undefined): boolean {
    return this.run().next(count > 0 ? { count, read } : undefined);
  }

  /** do … while: at the top of each body, the first time by itself. */
  begin(): void {
    if (this.begun) this.begun = this.run().next(undefined) && false;
  }

  /** do … while: behind the condition. */
  more(): boolean {
    return this.run().next(undefined);
  }

  /** for … of: the same items, each handed out with the runtime's leave. */
  each<T>(iterable: Iterable<T>): Iterable<T> {
    const run = this.run(lengthOf(iterable));
    const iterator = iterable[Symbol.iterator]();
    const close = (): IteratorResult<T> => iterator.return?.() ?? { done: true, value: undefined };
    const next = (): IteratorResult<T> => {
      run.over?.();
      const item = iterator.next();
      if (item.done === true) return item;
      return run.next(held(iterable, iterator, item.value)) ? item : close();
    };
    return { [Symbol.iterator]: () => ({ next, return: close }) };
  }

  /** for await … of: the same. */
  eachAsync<T>(iterable: AsyncIterable<T> | Iterable<T | Promise<T>>): AsyncIterable<T> {
    const run = this.run(lengthOf(iterable));
    const iterator =
      Symbol.asyncIterator in iterable
        ? iterable[Symbol.asyncIterator]()
        : toAsync(iterable[Symbol.iterator]());
    const close = async (): Promise<IteratorResult<T>> =>
      (await iterator.return?.()) ?? { done: true, value: undefined };
    const next = async (): Promise<IteratorResult<T>> => {
      run.over?.();
      const item = await iterator.next();
      if (item.done === true) return item;
      return run.next(held(iterable, iterator, item.value)) ? item : close();
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: close }) };
  }

  /** for … in is left as it is; only its iterations are not reported. */
  keys<T>(object: T): T {
    return object;
  }

  done(): void {
    this.running?.done();
  }
}

/** What only the loop itself holds: the item is not in the user's variable yet. */
function held(...values: unknown[]): Variables {
  return { count: values.length, read: (i) => values[i] };
}

async function* toAsync<T>(iterator: Iterator<T | Promise<T>>): AsyncGenerator<T> {
  for (let item = iterator.next(); item.done !== true; item = iterator.next())
    yield await item.value;
}

function lengthOf(iterable: unknown): number | undefined {
  const { length } = iterable as { length?: unknown };
  return typeof length === 'number' ? length : undefined;
}

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
      count: number,
      read: Reader,
    ): void => {
      for (const star of stars) {
        for (const name of Object.keys(star))
          if (name !== 'default') defineGetter(module.namespace, name, () => star[name]);
      }
      for (const [name, get] of Object.entries(getters)) defineGetter(module.namespace, name, get);
      module.variables = { count, read };
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
      _: Module,
      id: number,
      kind: 'step' | 'plain',
      once: boolean,
      names: readonly string[],
      count: number,
      read: Reader,
    ): Loop =>
      new Loop(
        (length) => hooks.enterLoop({ id, kind, length, names, variables: { count, read } }),
        once,
      ),
  };
}

function defineGetter(target: object, name: string, get: () => unknown): void {
  Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
}
