// The tape: what was executed, in order, and the state in which it is. Knows no op by name.
import type { OpDefinition } from '../ops/op';
import type { Tensor } from '../tensor/tensor';

/** `plain` trains and forgets, `record` keeps every row, `meta` runs on shapes alone. */
export type Mode = 'plain' | 'record' | 'meta';

export type Phase = 'forward' | 'backward' | 'update';

/** One executed op. */
export interface Row {
  /** Its place in the order of execution; rises over the whole run. */
  readonly sequence: number;
  readonly definition: OpDefinition;
  /** Emptied when the row is freed in a mode that keeps no rows. */
  inputs: readonly Tensor[];
  /** Whether backward has used the row up (PyTorch's retain_graph=False). */
  freed: boolean;
  /** The backward pass that reached it last. */
  reached: number;
  readonly outputs: readonly Tensor[];
  readonly attributes: object;
  readonly phase: Phase;
  /** The forward row that this one serves, in backward and update. */
  readonly of: Row | undefined;
  /** The module that was running. */
  readonly scope: Scope | undefined;
  /** The update clock when it ran: an input changed in place later is no longer what it saw. */
  readonly clock: number;
  /** The tensor to whose gradient this row adds another contribution. */
  readonly accumulates: Tensor | undefined;
  /** What the row has changed in place; kept in `record` mode only. */
  readonly changes: readonly Change[] | undefined;
}

/** A change in place: an input of the row, with copies of its values before and after. */
export interface Change {
  readonly tensor: Tensor;
  readonly before: Tensor;
  readonly after: Tensor;
}

/** Who is told what happens on the tape while a step is recorded. */
export interface TapeRecorder {
  row(row: Row): void;
  /** From now on rows belong to this phase, and serve this forward row. */
  phase(phase: Phase, of: Row | undefined): void;
  /** The first contribution to the gradient of a tensor; each further one is a row that accumulates. */
  contribution(tensor: Tensor, value: Tensor): void;
  /** A module's call returns. */
  returned(owner: object, result: unknown): void;
  /** All contributions to the gradient of a tensor have come together. */
  gradient(tensor: Tensor, gradient: Tensor): void;
  /** The gradient of a tensor is about to be forgotten. */
  cleared?(tensor: Tensor, gradient: Tensor): void;
}

/** A call of a module that is under way. */
export interface Scope {
  readonly owner: object;
  readonly parent: Scope | undefined;
}

/** The one tape of this thread. */
export const tape = {
  mode: 'plain' as Mode,
  /** All rows in order of execution; filled in `record` mode only. */
  rows: [] as Row[],
  phase: 'forward' as Phase,
  of: undefined as Row | undefined,
  scope: undefined as Scope | undefined,
  accumulates: undefined as Tensor | undefined,
  recorder: undefined as TapeRecorder | undefined,
  gradEnabled: true,
  /** Gradients will be differentiated themselves: ops that cannot be so bit for bit go in smaller ones. */
  secondOrder: false,
  sequence: 0,
  /** Rises with each change of a tensor in place. */
  clock: 0,
  /** Called when a module's call returns, with what it returned and what it was given. */
  observe: undefined as
    ((owner: object, result: unknown, inputs: readonly unknown[]) => void) | undefined,
  /** The last error that left a module, and which module that was. */
  failure: undefined as { error: unknown; scope: Scope } | undefined,
  /** Called with the tensor from which a backward pass is about to start. */
  beforeBackward: undefined as ((root: Tensor) => void) | undefined,
  /** Called when an optimizer has changed its parameters. */
  stepped: undefined as (() => void) | undefined,
  /** Called before an optimizer changes these parameters. */
  stepping: undefined as ((params: readonly Tensor[]) => void) | undefined,
  /** Called before each op; throws to stop the program. */
  interrupt: undefined as (() => void) | undefined,
};

/** Forgets the gradients of tensors, and tells who records the step. */
export function clearGradients(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) {
    if (tensor.grad !== null) tape.recorder?.cleared?.(tensor, tensor.grad);
    tensor.grad = null;
  }
}

/** Runs `body` without making a graph for backward (torch.no_grad). */
export function noGrad<T>(body: () => T): T {
  return withGrad(false, body);
}

/** Runs `body` with the graph made again, inside `noGrad` (torch.enable_grad). */
export function enableGrad<T>(body: () => T): T {
  return withGrad(true, body);
}

function withGrad<T>(enabled: boolean, body: () => T): T {
  const before = tape.gradEnabled;
  tape.gradEnabled = enabled;
  try {
    return body();
  } finally {
    tape.gradEnabled = before;
  }
}

/** Runs `body` as part of `phase`, serving the forward row `of`. */
export function during<T>(phase: Phase, of: Row | undefined, body: () => T): T {
  const { phase: phaseBefore, of: ofBefore } = tape;
  tape.phase = phase;
  tape.of = of;
  tape.recorder?.phase(phase, of);
  try {
    return body();
  } finally {
    tape.phase = phaseBefore;
    tape.of = ofBefore;
    tape.recorder?.phase(phaseBefore, ofBefore);
  }
}

/** Runs `body` as a call of `owner`, so that rows know which module they belong to. */
export function inScope<T>(owner: object, body: () => T, inputs: readonly unknown[] = []): T {
  const parent = tape.scope;
  tape.scope = { owner, parent };
  try {
    const result = body();
    tape.observe?.(owner, result, inputs);
    tape.recorder?.returned(owner, result);
    return result;
  } catch (error) {
    // The innermost module that was running is gone once the error has passed it.
    if (tape.failure?.error !== error) tape.failure = { error, scope: tape.scope };
    throw error;
  } finally {
    tape.scope = parent;
  }
}
