// What each request of the protocol does: of sessions and breakpoints here, moves and looks beside. Knows no message.
import type { Adapter } from './adapter';
import { Refusal, type LaunchArguments, type Source, type SourceBreakpoint } from './dap';
import type { Handler } from './dialogue';
import { looks } from './looks';
import { moves } from './moves';

export function handlersOf(adapter: Adapter): Readonly<Record<string, Handler>> {
  return { ...session(adapter), ...breakpoints(adapter), ...moves(adapter), ...looks(adapter) };
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
