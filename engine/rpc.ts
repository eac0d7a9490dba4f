// Typed requests and events over any port. Knows neither what is asked nor what carries it.

/** The least that a carrier must do; a worker, a forked process and a webview all can. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Calls back for each message that arrives, in order. */
  listen(receive: (message: unknown) => void): void;
}

type Message =
  | { kind: 'request'; id: number; method: string; argument: unknown }
  | { kind: 'response'; id: number; result: unknown }
  | { kind: 'failure'; id: number; message: string }
  | { kind: 'event'; name: string; data: unknown };

type Method = (argument: never) => unknown;

/** An interface of plain methods with at most one argument each. */
export type Requests<T> = { [K in keyof T]: Method };

/** The same interface as seen by the caller: every answer is a promise. */
export type Remote<T extends Requests<T>> = {
  [K in keyof T]: (...argument: Parameters<T[K]>) => Promise<Awaited<ReturnType<T[K]>>>;
};

/** The same interface as implemented: an answer now or later. */
export type Handlers<T extends Requests<T>> = {
  [K in keyof T]: (
    ...argument: Parameters<T[K]>
  ) => ReturnType<T[K]> | Promise<Awaited<ReturnType<T[K]>>>;
};

export type Emit<Events> = <K extends keyof Events & string>(name: K, data: Events[K]) => void;

/** Answers whatever `handlers` do not know. */
export type Otherwise = (method: string, argument: unknown) => unknown;

const refuse: Otherwise = (method) => {
  throw new Error(`unknown request '${method}'`);
};

/** Answers requests that arrive at `port`; the result sends events the other way. */
export function serve<T extends Requests<T>, Events>(
  port: Port,
  handlers: Handlers<T>,
  otherwise = refuse,
): Emit<Events> {
  port.listen((message) => {
    answer(port, handlers, message as Message, otherwise);
  });
  return (name, data) => {
    port.post({ kind: 'event', name, data } satisfies Message);
  };
}

/** A plain result is posted at once, not in a later turn: user code may hold this thread for minutes. */
function answer<T extends Requests<T>>(
  port: Port,
  handlers: Handlers<T>,
  message: Message,
  otherwise: Otherwise,
): void {
  if (message.kind !== 'request') return;
  const { id, method, argument } = message;
  const succeed = (result: unknown): void => {
    port.post({ kind: 'response', id, result } satisfies Message);
  };
  const fail = (error: unknown): void => {
    const text = error instanceof Error ? error.message : String(error);
    port.post({ kind: 'failure', id, message: text } satisfies Message);
  };
  try {
    const known = Object.hasOwn(handlers, method);
    const handler = handlers[method as keyof T] as (argument: unknown) => unknown;
    const result = known ? handler(argument) : otherwise(method, argument);
    if (result instanceof Promise) result.then(succeed, fail);
    else succeed(result);
  } catch (error) {
    fail(error);
  }
}

/** The other end of `serve`. */
export interface Connection<T extends Requests<T>, Events> {
  request: Remote<T>;
  on<K extends keyof Events & string>(name: K, receive: (data: Events[K]) => void): () => void;
  /** Rejects what is still unanswered, with this text; later requests are rejected at once. */
  close(reason: string): void;
}

export function connect<T extends Requests<T>, Events>(port: Port): Connection<T, Events> {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<string, Set<(data: never) => void>>();
  let lastId = 0;
  let closed: string | undefined;

  port.listen((raw) => {
    const message = raw as Message;
    if (message.kind === 'event') {
      for (const receive of listeners.get(message.name) ?? []) receive(message.data as never);
    } else if (message.kind !== 'request') {
      const call = pending.get(message.id);
      pending.delete(message.id);
      if (message.kind === 'response') call?.resolve(message.result);
      else call?.reject(new Error(message.message));
    }
  });

  const send = (method: string, argument: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed !== undefined) {
        reject(new Error(closed));
        return;
      }
      const id = ++lastId;
      pending.set(id, { resolve, reject });
      port.post({ kind: 'request', id, method, argument } satisfies Message);
    });

  return {
    request: new Proxy({} as Remote<T>, {
      get: (_, method) => (argument: unknown) => send(String(method), argument),
    }),
    on(name, receive) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(receive));
      return () => set.delete(receive);
    },
    close(reason) {
      closed = reason;
      for (const call of pending.values()) call.reject(new Error(reason));
      pending.clear();
    },
  };
}

/** Passes every message on, both ways; the host is only a post office between a view and the engine. */
export function relay(left: Port, right: Port): void {
  left.listen((message) => right.post(message));
  right.listen((message) => left.post(message));
}

/** JSON makes null of NaN and the infinities; typed arrays pass as they are. */
const key = '$number';

/** A port over a carrier that writes messages as JSON, as webviews' do. */
export function overJson(port: Port): Port {
  return {
    post: (message, transfer) => port.post(written(message), transfer),
    listen: (receive) => port.listen((message) => receive(read(message))),
  };
}

function written(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return { [key]: String(value) };
  return inside(value, written);
}

function read(value: unknown): unknown {
  const number = (value as Partial<Record<string, string>> | null | undefined)?.[key];
  return number === undefined ? inside(value, read) : Number(number);
}

/** Lists and plain objects with all that is in them turned over; the same object where nothing has changed. */
function inside(value: unknown, turn: (value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) {
    const turned = value.map(turn);
    return turned.some((each, i) => each !== value[i]) ? turned : value;
  }
  const kind: unknown = Object.getPrototypeOf(value);
  if (kind !== null && kind !== Object.prototype) return value;
  const entries = Object.entries(value);
  const turned = entries.map(([name, each]) => [name, turn(each)] as const);
  const same = turned.every(([, each], i) => each === entries[i][1]);
  return same ? value : Object.fromEntries(turned);
}
