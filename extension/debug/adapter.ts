// The debug adapter: answers the editor's requests out of a run, each exactly once. Knows no tape and no editor.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { EngineEvents, FrameInfo, Problem } from '../../engine/protocol';
import { Breakpoints } from './breakpoints';
import type { ConsoleCommand } from './console';
import {
  capabilities,
  Refusal,
  type Breakpoint,
  type LaunchArguments,
  type Message,
  type Stopped,
} from './dap';
import { Dialogue, type Handler } from './dialogue';
import { handlersOf } from './handlers';
import { Registry } from './inspect';
import { startOf } from './launching';
import { LongWork } from './progress';
import { describe, tell, type Exception } from './stopping';
import type { Target } from './target';
import { Walker, type Arrival } from './walker';

/** `idle` before launch, `loading` until the first stop is known, then `stopped` and `running` in turn. */
export type State = 'idle' | 'loading' | 'running' | 'stopped' | 'ended';

const heard = [
  'started',
  'log',
  'problem',
  'held',
  'cursor',
  'released',
  'failed',
  'branched',
  'ended',
] as const satisfies (keyof EngineEvents)[];

export class Adapter {
  readonly breakpoints = new Breakpoints();
  readonly registry = new Registry();
  readonly walker: Walker;
  readonly work: LongWork;
  state: State = 'idle';
  exception: Exception | undefined;
  /** The calls around the place where the model stands: asked for before anybody else asks for anything. */
  frames: Promise<FrameInfo[]> = Promise.resolve([]);
  /** Takes the editor's requests, and tells it events. */
  readonly editor: Dialogue;
  private readonly subscriptions: (() => void)[] = [];
  private configured = (): void => undefined;
  private readonly configurationDone = new Promise<void>((resolve) => (this.configured = resolve));
  private readonly editedFiles = new Set<string>();
  /** Walks of our own are under way; what the cursor does meanwhile is told at their end. */
  private walking = 0;

  constructor(
    readonly target: Target,
    post: (message: Message) => void,
  ) {
    let handlers: Readonly<Record<string, Handler>> = {};
    this.editor = new Dialogue(post, () => handlers);
    this.work = new LongWork((event, body) => this.editor.event(event, body));
    this.walker = new Walker(target, this.breakpoints, {
      visiting: (step) => this.work.visiting(step),
      log: (lines) => {
        for (const { text, file, line } of lines)
          this.editor.output('console', `${text}\n`, { file, line });
      },
      complain: (errors) => {
        for (const { text } of errors)
          this.editor.output('stderr', `breakpoint condition ${text!}\n`);
      },
    });
    handlers = handlersOf(this);
  }

  initialize(): object {
    return capabilities;
  }

  /** Starts the run; the editor may set breakpoints as soon as the program is loaded. */
  async start(launch: LaunchArguments): Promise<void> {
    if (this.state !== 'idle') throw new Refusal('this session has been launched already');
    const { options, step } = startOf(launch);
    this.state = 'loading';
    for (const name of heard)
      this.subscriptions.push(this.target.on(name, (data) => this.hear(name, data)));
    try {
      const first = this.walker.nextHeld();
      await this.target.start(options);
      void this.firstStop(first, step, launch.stopOnEntry ?? true);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  configure(): void {
    this.configured();
  }

  private async firstStop(
    first: ReturnType<Walker['nextHeld']>,
    step: number,
    stopOnEntry: boolean,
  ): Promise<void> {
    this.work.begin(`Running to step ${step}`);
    await this.configurationDone;
    const held = await first;
    this.work.end();
    if (held === undefined) return;
    await this.perform(() => this.walker.begin(step, stopOnEntry));
  }

  /** Passes on what the run tells. */
  private hear<K extends keyof EngineEvents>(name: K, data: EngineEvents[K]): void {
    if (this.state === 'ended') return;
    this.walker.hear(name, data);
    switch (name) {
      case 'started':
        for (const { file, lines } of (data as EngineEvents['started']).lines)
          this.breakpoints.lines.set(file, lines);
        this.editor.event('initialized');
        break;
      case 'log':
        for (const { text, level, range } of (data as EngineEvents['log']).lines) {
          const category = level === 'error' || level === 'warn' ? 'stderr' : 'stdout';
          this.editor.output(category, `${text}\n`, range);
        }
        break;
      case 'problem': {
        const { message, range } = data as Problem;
        this.editor.output('stderr', `${message}\n`, range);
        break;
      }
      case 'released':
        if (this.walking === 0 && this.state === 'stopped') this.leave();
        break;
      case 'cursor':
        // Somebody else has moved the cursor: a view, or another session of the editor.
        if (this.walking === 0 && this.state !== 'loading')
          this.stop({ reason: 'goto', preserveFocusHint: true });
        break;
      case 'ended':
        this.end();
        break;
      default:
    }
  }

  private leave(): void {
    this.state = 'running';
    this.editor.event('continued', { threadId: 1, allThreadsContinued: true });
  }

  /** Does what was typed into the Debug Console beside expressions; the result is shown there. */
  async command(command: ConsoleCommand, frame: number): Promise<object> {
    if (command.kind === 'ask') {
      const { question } = command;
      const asked = question.kind === 'firstDifference' ? question : { ...question, frame };
      const { text, place } = await this.target.ask.question(asked);
      const location = place && { valueLocationReference: this.registry.addPlace(place) };
      return { result: text, variablesReference: 0, ...location };
    }
    const { walker } = this;
    if (command.kind === 'goTo') {
      const { step, branch } = command;
      const of =
        branch === undefined ? '' : ` of ${branch === 0 ? 'the trunk' : `branch ${branch}`}`;
      this.depart(() => walker.visit(step, branch), `Going to step ${step}`);
      return { result: `going to step ${step}${of}`, variablesReference: 0 };
    }
    const { step } = walker.cursor!;
    const files = [...this.breakpoints.lines.keys()].filter(existsSync);
    const sources = Object.fromEntries(files.map((path) => [path, readFileSync(path, 'utf8')]));
    this.depart(() => walker.branch(command.hyper, sources), `Branching at step ${step}`);
    return { result: `a branch begins with step ${step}`, variablesReference: 0 };
  }

  /** Throws unless one can look around now. */
  needStop(): void {
    if (this.state === 'stopped') return;
    throw new Refusal(
      this.state === 'ended' || this.state === 'idle'
        ? 'no model is running'
        : 'the model is running',
    );
  }

  /** Starts a walk, which tells of its end by an event. */
  move(walk: () => Promise<Arrival | undefined>, title: string): void {
    this.needStop();
    this.state = 'running';
    this.work.begin(title);
    void this.perform(walk);
  }

  /** Starts a walk that no request for moving has announced: the editor must hear that the model runs. */
  private depart(walk: () => Promise<Arrival | undefined>, title: string): void {
    this.needStop();
    this.editor.event('continued', { threadId: 1, allThreadsContinued: true });
    this.move(walk, title);
  }

  private async perform(walk: () => Promise<Arrival | undefined>): Promise<void> {
    this.walking++;
    try {
      const arrival = await walk();
      if (arrival && this.state !== 'ended') this.arrive(arrival);
    } catch (error) {
      // The run was ended or taken elsewhere in the middle of the walk.
      if (this.state === 'ended') return;
      this.editor.output('stderr', `${error instanceof Error ? error.message : String(error)}\n`);
      if (this.walker.held) this.stop({ reason: 'pause' });
    } finally {
      this.walking--;
      this.work.end();
    }
  }

  private arrive(arrival: Arrival): void {
    const { stopped, exception } = tell(arrival, this.breakpoints);
    this.exception = exception;
    this.stop(stopped);
  }

  /** Tells that the model stands, and where. */
  stop(stopped: Stopped): void {
    this.registry.clear();
    this.state = 'stopped';
    this.frames = this.target.ask.frames();
    // Whoever asks for the stack hears of it; the place may be left before that.
    this.frames.catch(() => undefined);
    const { cursor } = this.walker;
    this.editor.event('stopped', {
      ...stopped,
      description: describe(stopped.reason, cursor?.description),
      threadId: 1,
      allThreadsStopped: true,
    });
    void this.checkFunctions();
  }

  /** Whether there is what function breakpoints name shows once a step can be looked at. */
  private async checkFunctions(): Promise<void> {
    const { held } = this.walker;
    if (held === undefined || !this.breakpoints.hasFunctions) return;
    const names = await this.target.ask.names().catch(() => undefined);
    if (names === undefined) return;
    for (const breakpoint of this.breakpoints.checkFunctions(names, held.step))
      this.editor.event('breakpoint', { reason: 'changed', breakpoint });
  }

  /** Sets function breakpoints; while a step is held it is known which of them can be met. */
  async setFunctions(wanted: Parameters<Breakpoints['setFunctions']>[0]): Promise<Breakpoint[]> {
    this.breakpoints.setFunctions(wanted);
    const { held } = this.walker;
    if (held && this.state === 'stopped')
      this.breakpoints.checkFunctions(await this.target.ask.names(), held.step);
    return this.breakpoints.functionAnswers;
  }

  /** The user changes a file: what runs, and what is shown, stays the text that the run began with. */
  edited(path: string): void {
    if (this.state === 'idle' || this.state === 'ended') return;
    if (!this.breakpoints.lines.has(path) || this.editedFiles.has(path)) return;
    this.editedFiles.add(path);
    this.editor.output(
      'important',
      `${basename(path)} was edited. The session goes on with the text that it began with; restart it to debug the new one.\n`,
    );
  }

  /** Ends the session; the run is ended by whoever asks for it. */
  end(): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.work.end();
    this.configured();
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
    this.walker.hear('ended', undefined as never);
    this.editor.event('terminated');
  }
}
