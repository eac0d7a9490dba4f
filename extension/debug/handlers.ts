// What each request of the protocol does. Knows no message and no editor.
import type { Direction, Grain, MoveKind } from '../../engine/protocol';
import type { Adapter } from './adapter';
import { completionsOf, consoleCommand } from './console';
import { Refusal, type LaunchArguments, type Source, type SourceBreakpoint } from './dap';
import { instructions, rowAt, scope, sourceOf, stackFrames, tensorOf, variable } from './inspect';

export type Handler = (given: never) => unknown;

/** One answer holds no more rows. */
const mostRows = 1000;

interface Granular {
  granularity?: string;
}

export function handlersOf(adapter: Adapter): Readonly<Record<string, Handler>> {
  return { ...session(adapter), ...breakpoints(adapter), ...movement(adapter), ...looks(adapter) };
}

function session(adapter: Adapter): Record<string, Handler> {
  const { target, walker } = adapter;
  const leave = async (): Promise<void> => {
    // A session that has never run a model must not end somebody else's.
    const ours = adapter.state !== 'idle' && adapter.state !== 'ended';
    if (ours) await target.stop();
    adapter.end();
  };
  return {
    initialize: () => adapter.initialize(),
    launch: (launch: LaunchArguments) => adapter.start(launch),
    attach: () => {
      throw new Refusal('Retrograd launches models; it cannot attach to one');
    },
    configurationDone: () => adapter.configure(),
    disconnect: leave,
    terminate: leave,
    cancel: ({ progressId }: { progressId?: string }) => {
      if (progressId !== undefined) walker.interrupt();
    },
    threads: () => {
      const { cursor } = walker;
      const branch = cursor && cursor.branch > 0 ? `branch ${cursor.branch} · ` : '';
      const name = cursor ? `${branch}step ${cursor.step} · ${cursor.phase}` : 'training';
      return { threads: [{ id: 1, name }] };
    },
  };
}

function breakpoints(adapter: Adapter): Record<string, Handler> {
  const { breakpoints: all, registry } = adapter;
  return {
    setBreakpoints: (given: { source: Source; breakpoints?: SourceBreakpoint[] }) => ({
      breakpoints: all.setSource(given.source ?? {}, given.breakpoints ?? []),
    }),
    setFunctionBreakpoints: async (given: { breakpoints?: { name: string }[] }) => ({
      breakpoints: await adapter.setFunctions(given.breakpoints ?? []),
    }),
    setDataBreakpoints: (given: { breakpoints?: { dataId: string }[] }) => ({
      breakpoints: all.setData(given.breakpoints ?? []),
    }),
    setExceptionBreakpoints: (given: {
      filters?: string[];
      filterOptions?: { filterId: string; condition?: string }[];
    }) => {
      const plain = (given.filters ?? []).map((filterId) => ({ filterId }));
      return { breakpoints: all.setExceptions([...plain, ...(given.filterOptions ?? [])]) };
    },
    breakpointLocations: (given: { source: Source; line: number; endLine?: number }) => ({
      breakpoints: all.locations(given.source?.path ?? '', given.line, given.endLine),
    }),
    dataBreakpointInfo: ({ variablesReference, name }: Reference) => {
      const dataId = registry.watchName(variablesReference, name);
      return dataId === undefined
        ? { dataId: null, description: `${name} is neither a parameter nor a named value` }
        : { dataId, description: `${dataId} changes`, accessTypes: ['write'] };
    },
  };
}

interface Reference {
  variablesReference?: number;
  name: string;
}

function movement(adapter: Adapter): Record<string, Handler> {
  const { walker, target } = adapter;
  const walk =
    (kind: MoveKind, direction: Direction, title: string) =>
    ({ granularity }: Granular): object | undefined => {
      const grain: Grain = granularity === 'instruction' ? 'row' : 'statement';
      adapter.move(() => walker.walk(kind, direction, grain), title);
      return kind === 'continue' ? { allThreadsContinued: true } : undefined;
    };
  const jump = (go: () => Promise<unknown>, title: string): void => {
    adapter.move(async () => {
      await go();
      return { reason: 'goto', hits: [] };
    }, title);
  };
  return {
    continue: walk('continue', 1, 'Continuing'),
    next: walk('next', 1, 'Stepping over'),
    stepIn: walk('into', 1, 'Stepping in'),
    stepOut: walk('out', 1, 'Stepping out'),
    reverseContinue: walk('continue', -1, 'Going back'),
    stepBack: walk('next', -1, 'Stepping back'),
    stepInBack: walk('into', -1, 'Stepping back into'),
    stepOutBack: walk('out', -1, 'Stepping back out'),
    pause: () => {
      if (adapter.state === 'running') walker.interrupt();
      else if (adapter.state !== 'loading') throw new Refusal('the model is not running');
    },
    gotoTargets: async (given: { source: Source; line: number }) => {
      adapter.needStop();
      const { path: file = '' } = given.source ?? {};
      const places = await target.ask.positionsOfLine({ file, line: given.line });
      const here = walker.cursor?.position ?? 0;
      // The nearest in each direction of the program; more would be a riddle.
      const nearest = (mirrored: boolean) =>
        places
          .filter((place) => place.mirrored === mirrored)
          .sort((a, b) => Math.abs(a.position - here) - Math.abs(b.position - here))
          .slice(0, 1);
      const inBackward = walker.cursor?.phase === 'backward';
      return {
        targets: [...nearest(inBackward), ...nearest(!inBackward)].map(
          ({ position, mirrored }) => ({
            id: position,
            label: `${mirrored ? 'in backward' : 'in forward'}, ${position < here ? 'before' : 'after'} here`,
            line: given.line,
          }),
        ),
      };
    },
    goto: ({ targetId: position }: { targetId: number }) =>
      jump(() => target.ask.goTo({ position }), 'Jumping'),
    restartFrame: ({ frameId }: { frameId: number }) => {
      adapter.needStop();
      const frame = adapter.registry.frameIndex(frameId);
      jump(() => target.ask.restartFrame({ frame }), 'Restarting the frame');
    },
  };
}

interface Evaluated {
  expression: string;
  frameId?: number;
  context?: string;
}

function looks(adapter: Adapter): Record<string, Handler> {
  const { registry, target, walker } = adapter;
  return {
    stackTrace: async ({
      startFrame = 0,
      levels = 0,
    }: {
      startFrame?: number;
      levels?: number;
    }) => {
      adapter.needStop();
      const { cursor } = walker;
      const frames = stackFrames(await adapter.frames, registry, cursor);
      const end = levels > 0 ? startFrame + levels : frames.length;
      return { stackFrames: frames.slice(startFrame, end), totalFrames: frames.length };
    },
    scopes: async ({ frameId }: { frameId: number }) => {
      adapter.needStop();
      const frame = registry.frameIndex(frameId);
      return { scopes: (await target.ask.scopes({ frame })).map(scope) };
    },
    variables: async (given: {
      variablesReference: number;
      filter?: 'named' | 'indexed';
      start?: number;
      count?: number;
    }) => {
      adapter.needStop();
      const { variablesReference: reference, ...page } = given;
      const found = await target.ask.variables({ reference, ...page });
      return { variables: found.map((info) => variable(info, registry, reference)) };
    },
    evaluate: async ({ expression, frameId, context }: Evaluated) => {
      adapter.needStop();
      const frame = frameId === undefined ? 0 : registry.frameIndex(frameId);
      const command = consoleCommand(expression);
      if (command) {
        // A watch is looked at with every step, and would travel each time.
        if (context !== undefined && context !== 'repl')
          throw new Refusal('a question about the whole run is asked in the Debug Console');
        return adapter.command(command, frame);
      }
      const info = await target.ask.evaluate({ expression, frame });
      const {
        name: _,
        value: result,
        evaluateName: __,
        ...rest
      } = variable(info, registry, undefined);
      return { result, ...rest };
    },
    completions: ({ text, column }: { text: string; column: number }) => ({
      targets: completionsOf(text, column - 1),
    }),
    exceptionInfo: () => {
      const { exception } = adapter;
      if (exception === undefined) throw new Refusal('the model has not stopped at an exception');
      const { id: exceptionId, text: description } = exception;
      return { exceptionId, description, breakMode: 'always', details: { message: description } };
    },
    locations: ({ locationReference }: { locationReference: number }) => {
      const place = registry.place(locationReference);
      const { line, column, endLine, endColumn } = place;
      return { source: sourceOf(place), line, column, endLine, endColumn };
    },
    readMemory: async (given: { memoryReference: string; offset?: number; count: number }) => {
      adapter.needStop();
      const { offset = 0, count } = given;
      const reference = tensorOf(given.memoryReference);
      const { bytes } = await target.ask.memory({ reference, offset, count });
      const data = Buffer.from(bytes).toString('base64');
      return { address: String(offset), data, unreadableBytes: count - bytes.length };
    },
    disassemble: async (given: {
      memoryReference: string;
      offset?: number;
      instructionOffset?: number;
      instructionCount: number;
    }) => {
      adapter.needStop();
      const at = rowAt(given.memoryReference);
      const offset = (given.offset ?? 0) + (given.instructionOffset ?? 0);
      const count = Math.min(Math.max(given.instructionCount, 0), mostRows);
      return { instructions: instructions(await target.ask.rows({ at, offset, count }), count) };
    },
  };
}
