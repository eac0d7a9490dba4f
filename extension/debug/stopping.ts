// What the editor is told when a walk has ended somewhere. Knows no run and no message.
import type { Breakpoints } from './breakpoints';
import type { Stopped } from './dap';
import type { Arrival } from './walker';

/** What the editor shows beside the line of an error. */
export interface Exception {
  readonly id: string;
  readonly text: string;
}

export interface Told {
  readonly stopped: Stopped;
  readonly exception: Exception | undefined;
}

/** Why one stands where a walk has ended. */
export function tell({ reason, hits, problem }: Arrival, breakpoints: Breakpoints): Told {
  if (problem) {
    const { kind: id, message: text } = problem;
    return { stopped: { reason: 'exception', text }, exception: { id, text } };
  }
  const [hit] = hits;
  const kind = hit && breakpoints.find(hit.id)?.kind;
  if (hit === undefined || kind === undefined)
    return { stopped: { reason: reason === 'edge' ? 'entry' : reason }, exception: undefined };
  const { text = '' } = hit;
  const id = exceptionNames[kind];
  return {
    stopped: {
      reason: stopReasons[kind] ?? 'exception',
      hitBreakpointIds: hits.map((each) => each.id),
      ...(text && { text }),
    },
    exception: id === undefined ? undefined : { id, text },
  };
}

/** What the call stack says: the reason, and where in the tape. */
export function describe(reason: string, place: string | undefined): string {
  return [reasons[reason], place].filter(Boolean).join(' · ');
}

const exceptionNames: Readonly<Record<string, string>> = {
  nonFinite: 'NaN or infinity',
  gradientExceeds: 'gradient exceeds its limit',
  gradientVanishes: 'gradient vanishes',
};

const stopReasons: Readonly<Record<string, string>> = {
  line: 'breakpoint',
  module: 'function breakpoint',
  value: 'data breakpoint',
};

const reasons: Readonly<Record<string, string>> = {
  breakpoint: 'Breakpoint',
  'function breakpoint': 'Module entered',
  'data breakpoint': 'Value changes',
  exception: 'Exception',
  pause: 'Paused',
  entry: 'Ready',
};
