// Requests that look around where the model stands. Knows no message and no tape.
import type { Adapter } from './adapter';
import { completionsOf, consoleCommand } from './console';
import { Refusal } from './dap';
import type { Handler } from './dialogue';
import { namesAt } from './naming';
import { instructions, rowAt, scope, sourceOf, stackFrames, tensorOf, variable } from './inspect';

/** One answer holds no more rows. */
const mostRows = 1000;

interface Evaluated {
  expression: string;
  frameId?: number;
  context?: string;
}

interface Completed {
  text: string;
  column: number;
  frameId?: number;
}

export function looks(adapter: Adapter): Record<string, Handler> {
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
      // When one steps fast, the editor asks for frames that are left already, and would show a refusal in red.
      if (adapter.state === 'running' || registry.isLeft(frameId)) return { scopes: [] };
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
    completions: async ({ text, column, frameId }: Completed) => {
      const commands = completionsOf(text, column - 1);
      if (commands.length > 0 || adapter.state !== 'stopped') return { targets: commands };
      const frame = frameId === undefined ? 0 : registry.frameIndex(frameId);
      return { targets: await namesAt(target.ask, text, column - 1, frame) };
    },
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
