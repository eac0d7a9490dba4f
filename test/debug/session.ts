// A debug session without an editor: the adapter over a real run, spoken to in the protocol's own messages. Knows no test.
import { Adapter } from '../../extension/debug/adapter';
import type { Message } from '../../extension/debug/dap';
import type { Target } from '../../extension/debug/target';
import type { EngineRequests } from '../../engine/protocol';
import type { Remote } from '../../engine/rpc';
import { Lab } from '../engine/session/runs';

type Body = Record<string, never> & {
  stackFrames: Frame[];
  scopes: { name: string; variablesReference: number }[];
  variables: Shown[];
  breakpoints: { id: number; verified: boolean; line?: number; message?: string }[];
  targets: { id: number; label: string }[];
  instructions: {
    address: string;
    instruction: string;
    line?: number;
    presentationHint?: string;
  }[];
};

export interface Frame {
  id: number;
  name: string;
  line: number;
  instructionPointerReference?: string;
}

export interface Shown {
  name: string;
  value: string;
  variablesReference: number;
  memoryReference?: string;
  valueLocationReference?: number;
}

export interface Event {
  event: string;
  body: Record<string, unknown> & { reason: string; description: string; text: string };
}

/** The run of a lab as the adapter sees it. */
export function targetOf(lab: Lab): Target {
  const requests = lab.supervisor.handlers() as unknown as Record<string, (a: unknown) => unknown>;
  return {
    start: async (options) => {
      await lab.supervisor
        .handlers()
        .train({ seed: 0, hold: true, workspace: lab.folder, ...options });
    },
    stop: () => lab.supervisor.stop(),
    on: (name, receive) => lab.on(name, receive),
    ask: new Proxy({} as Remote<EngineRequests>, {
      get: (_, method: string) => (argument: unknown) =>
        Promise.resolve().then(() =>
          Object.hasOwn(requests, method)
            ? requests[method](argument)
            : lab.supervisor.ask(method, argument),
        ),
    }),
  };
}

/** Speaks as an editor does, and keeps what comes back. */
export class DebugSession {
  readonly lab: Lab;
  readonly file: string;
  readonly events: Event[] = [];
  readonly responses: (Message & { type: 'response' })[] = [];
  private readonly adapter: Adapter;
  private readonly pending = new Map<number, (message: Message & { type: 'response' }) => void>();
  private waiting: { name: string; resolve: (event: Event) => void }[] = [];
  private seq = 0;

  constructor(text: string, lab = new Lab()) {
    this.lab = lab;
    this.file = lab.write('model.ts', text);
    this.adapter = new Adapter(targetOf(lab), (message) => this.take(message));
  }

  private take(message: Message): void {
    if (message.type === 'response') {
      this.responses.push(message);
      this.pending.get(message.request_seq)?.(message);
      this.pending.delete(message.request_seq);
      return;
    }
    const event = message as unknown as Event;
    this.events.push(event);
    const [hits, rest] = [true, false].map((wanted) =>
      this.waiting.filter(({ name }) => (name === event.event) === wanted),
    );
    this.waiting = rest;
    for (const { resolve } of hits) resolve(event);
  }

  /** Sends a request and resolves with its response, whether it succeeded or not. */
  send(command: string, given: object = {}): Promise<Message & { type: 'response' }> {
    const seq = ++this.seq;
    const answer = new Promise<Message & { type: 'response' }>((resolve) =>
      this.pending.set(seq, resolve),
    );
    this.adapter.editor.receive({ seq, type: 'request', command, arguments: given });
    return answer;
  }

  /** How many requests were sent. */
  get sent(): number {
    return this.seq;
  }

  /** The numbers of requests that have no answer yet. */
  get unanswered(): number[] {
    return [...this.pending.keys()];
  }

  get state(): Adapter['state'] {
    return this.adapter.state;
  }

  /** The user changes a file. */
  edit(path: string): void {
    this.adapter.edited(path);
  }

  raw(message: unknown): void {
    this.adapter.editor.receive(message);
  }

  /** Sends a request that must succeed; resolves with its body. */
  async ask(command: string, given: object = {}): Promise<Body> {
    const { success, message, body } = await this.send(command, given);
    if (!success) throw new Error(`${command}: ${message!}`);
    return body as Body;
  }

  next(name: string): Promise<Event> {
    return new Promise((resolve) => this.waiting.push({ name, resolve }));
  }

  /** Launches, sets breakpoints as an editor would, and resolves with the first stop or the end. */
  async launch(
    options: object = {},
    breakpoints: { lines?: object[]; functions?: string[]; filters?: object[] } = {},
  ): Promise<Event> {
    const stopped = Promise.race([this.next('stopped'), this.next('terminated')]);
    const initialized = Promise.race([this.next('initialized'), this.next('terminated')]);
    await this.ask('initialize', { adapterID: 'retrograd' });
    const launched = this.ask('launch', { program: this.file, ...options });
    await initialized;
    await launched;
    const { lines = [], functions = [], filters } = breakpoints;
    await this.setLines(lines);
    await this.ask('setFunctionBreakpoints', { breakpoints: functions.map((name) => ({ name })) });
    const standard = ['nonFinite', 'shape', 'uncaught'].map((filterId) => ({ filterId }));
    await this.ask('setExceptionBreakpoints', { filterOptions: filters ?? standard });
    await this.ask('configurationDone');
    return stopped;
  }

  setLines(lines: object[]): Promise<Body> {
    return this.ask('setBreakpoints', { source: { path: this.file }, breakpoints: lines });
  }

  /** Sends a request that moves, and resolves with the stop or end that follows. */
  async walk(command: string, given: object = {}): Promise<Event> {
    const stopped = Promise.race([this.next('stopped'), this.next('terminated')]);
    await this.ask(command, { threadId: 1, ...given });
    return stopped;
  }

  async frames(): Promise<Frame[]> {
    return (await this.ask('stackTrace', { threadId: 1 })).stackFrames;
  }

  /** The variables of a scope of a frame, innermost 0. */
  async scope(name: string, frame = 0): Promise<Shown[]> {
    const { id } = (await this.frames()).filter(({ line }) => line > 0)[frame];
    const { scopes } = await this.ask('scopes', { frameId: id });
    const found = scopes.find((scope) => scope.name === name);
    if (found === undefined)
      throw new Error(`no scope ${name}; there are ${scopes.map((s) => s.name).join(', ')}`);
    return (await this.ask('variables', { variablesReference: found.variablesReference }))
      .variables;
  }

  async evaluate(expression: string): Promise<string> {
    const [{ id }] = await this.frames();
    const { result } = (await this.ask('evaluate', { expression, frameId: id })) as unknown as {
      result: string;
    };
    return result;
  }

  async close(): Promise<void> {
    await this.send('disconnect');
    await this.lab.close();
  }
}
