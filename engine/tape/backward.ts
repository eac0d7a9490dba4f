// Reverse-mode differentiation: walks the graph from last to first. Knows no op by name.
import type { VjpContext } from '../ops/op';
import { isFloating } from '../tensor/dtype';
import { ArgumentError, checkOptions, EngineError, ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import { latestBirth } from '../tensor/storage';
import { Tensor } from '../tensor/tensor';
import { escape, Gradients } from './gradients';
import { during, enableGrad, noGrad, tape, type Row } from './tape';

export interface BackwardOptions {
  /** Keep the graph, so that it can be walked again. Default: as `createGraph`. */
  retainGraph?: boolean;
  /** Make the gradients differentiable themselves. Default false. */
  createGraph?: boolean;
}

const backwardOptions = ['retainGraph', 'createGraph'];

/** Accumulates the gradient of `root` into the `grad` of every leaf below it (torch.Tensor.backward). */
export function backward(
  root: Tensor,
  gradient?: Tensor | null | BackwardOptions,
  options: BackwardOptions = {},
): void {
  if (!(gradient instanceof Tensor) && gradient) {
    backward(root, undefined, gradient);
    return;
  }
  checkOptions('backward', options, backwardOptions);
  tape.beforeBackward?.(root);
  walk('backward', [root], [gradient ?? undefined], options, (tensor, value) => {
    if (tensor.isLeaf || tensor.retainsGrad) accumulate(tensor, value);
  });
}

export interface GradOptions extends BackwardOptions {
  /** Gradients of the outputs; 1 for one that has a single element. */
  gradOutputs?: Tensor | readonly (Tensor | undefined)[];
  /** Give null for an input that the outputs do not depend on. Default false. */
  allowUnused?: boolean;
}

/**
 * The gradients of `outputs` with respect to `inputs`, without touching any `grad`
 * (torch.autograd.grad). An input that the outputs do not depend on raises an error, or gives null
 * with `allowUnused`.
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  checkOptions('grad', options, ['gradOutputs', 'allowUnused', ...backwardOptions]);
  const { gradOutputs = [] } = options;
  const seeds = gradOutputs instanceof Tensor ? [gradOutputs] : gradOutputs;
  const wanted = Array.isArray(inputs) ? (inputs as readonly Tensor[]) : [inputs as Tensor];
  const roots = Array.isArray(outputs) ? (outputs as readonly Tensor[]) : [outputs as Tensor];
  const found = new Map<Tensor, Tensor>();
  const arrive = (tensor: Tensor, value: Tensor): void => {
    if (!wanted.includes(tensor)) return;
    escape(value);
    found.set(tensor, value);
  };
  walk('grad', roots, seeds, options, arrive, new Set(wanted));
  return wanted.map((input, i) => {
    const value = found.get(input);
    if (value === undefined && options.allowUnused !== true) {
      throw new ArgumentError(
        `grad: input ${i + 1} was not used to compute the outputs; pass allowUnused: true to get null for it`,
      );
    }
    return value ?? null;
  });
}

function accumulate(tensor: Tensor, value: Tensor): void {
  tensor.grad = tensor.grad === null ? value : contribute(tensor, tensor.grad, value);
  escape(tensor.grad);
}

/** Adds a contribution to what has come together so far: a row that says whose gradient it is. */
function contribute(tensor: Tensor, sum: Tensor, contribution: Tensor): Tensor {
  tape.accumulates = tensor;
  try {
    return sum.add(contribution);
  } finally {
    tape.accumulates = undefined;
  }
}

/**
 * Calls `arrive` once for each tensor that a gradient reaches, with the whole of it. With `wanted` only rows on
 * the way to one of these tensors are walked, as in PyTorch: no others are used up, and no other hooks are called.
 */
function walk(
  owner: string,
  roots: readonly Tensor[],
  seeds: readonly (Tensor | undefined)[],
  options: BackwardOptions,
  arrive: (tensor: Tensor, gradient: Tensor) => void,
  wanted?: ReadonlySet<Tensor>,
): void {
  const createGraph = options.createGraph ?? false;
  const retainGraph = options.retainGraph ?? createGraph;
  const gradients = new Gradients(
    createGraph || tape.mode !== 'plain' || tape.recorder !== undefined,
  );
  const pass = (): void => {
    roots.forEach((root, i) => gradients.set(root, seedOf(owner, root, seeds[i])));
    if (tape.mode === 'meta' && !createGraph) {
      walkShapes(roots, gradients, retainGraph, arrive);
      return;
    }
    const all = rowsBelow(roots);
    const leading = wanted && leadingTo(all, wanted);
    for (const row of all) {
      if (leading && !leading.has(row)) {
        leave(row, gradients, wanted, arrive);
        continue;
      }
      tape.of = row;
      tape.recorder?.phase('backward', row);
      pullBack(row, gradients, arrive);
      tape.of = undefined;
      tape.recorder?.phase('backward', undefined);
      if (!retainGraph) free(row);
    }
    // What is left are leaves, each with the sum over all its uses.
    gradients.takeLeaves((leaf, gradient) => {
      if (wanted?.has(leaf) !== false) arrive(leaf, applyHooks(leaf, gradient));
    });
    gradients.done();
  };
  try {
    (createGraph ? enableGrad : noGrad)(() => {
      during('backward', undefined, pass);
    });
  } finally {
    gradients.over();
  }
}

/** The same walk in a shape run: a gradient has the type of its tensor, so no rule needs to be asked. */
function walkShapes(
  roots: readonly Tensor[],
  gradients: Pick<Gradients, 'get'>,
  retainGraph: boolean,
  arrive: (tensor: Tensor, gradient: Tensor) => void,
): void {
  const leaves = new Set<Tensor>();
  const come = (tensor: Tensor): void => {
    const gradient = gradients.get(tensor) ?? new Tensor(null, tensor.shape, tensor.dtype);
    arrive(tensor, applyHooks(tensor, gradient));
  };
  // An output whose gradient nobody can see needs none.
  const seen = ({ hooks, retainsGrad }: Tensor): boolean => hooks !== undefined || retainsGrad;
  const rows = rowsBelow(roots);
  const reached = rows.some(({ outputs }) => outputs.some(seen)) ? new Set(roots) : undefined;
  for (const row of rows) {
    for (const input of inputsOf(row)) {
      if (!input.requiresGrad) continue;
      reached?.add(input);
      if (input.isLeaf) leaves.add(input);
    }
    if (reached) for (const output of row.outputs) if (reached.has(output)) come(output);
    if (!retainGraph) free(row);
  }
  for (const root of roots) if (root.isLeaf) leaves.add(root);
  for (const leaf of leaves) come(leaf);
}

function seedOf(owner: string, root: Tensor, seed: Tensor | undefined): Tensor {
  if (!root.requiresGrad) {
    throw new EngineError(
      'error',
      `${owner}: this tensor does not depend on anything that requires a gradient ` +
        '(was it detached, or made inside noGrad?)',
    );
  }
  if (seed !== undefined) {
    if (sameShape(seed.shape, root.shape)) {
      escape(seed);
      return seed;
    }
    throw new ShapeError(
      `${owner}: the gradient is ${formatShape(seed.shape)}, but the tensor is ${formatShape(root.shape)}`,
    );
  }
  if (root.count !== 1) {
    throw new ShapeError(
      `${owner}: only a tensor with one element can start without a gradient, but this one is ` +
        `${formatShape(root.shape)}; reduce it with sum() or mean() first`,
    );
  }
  return root.onesLike();
}

/** All rows that the roots depend on, from last to first: backward mirrors forward exactly. */
function rowsBelow(roots: readonly Tensor[]): Row[] {
  const pass = ++passes;
  const found: Row[] = [];
  const pending: Row[] = [];
  const reach = (tensors: readonly Tensor[]): void => {
    for (const { row } of tensors) {
      if (row === undefined || row.reached === pass) continue;
      row.reached = pass;
      pending.push(row);
    }
  };
  reach(roots);
  for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
    found.push(row);
    reach(inputsOf(row));
  }
  return fromLastToFirst(found);
}

/** Rows in reverse order of execution. Most graphs leave few gaps: then each row's place is known at once. */
function fromLastToFirst(rows: Row[]): Row[] {
  if (rows.length === 0) return rows;
  let [first, last] = [Infinity, -1];
  for (const { sequence } of rows) {
    if (sequence < first) first = sequence;
    if (sequence > last) last = sequence;
  }
  if (last - first >= 2 * rows.length) return rows.sort((a, b) => b.sequence - a.sequence);
  const places = new Array<Row | undefined>(last - first + 1).fill(undefined);
  for (const row of rows) places[last - row.sequence] = row;
  return places.filter((row) => row !== undefined);
}

/** Rows, given from last to first, from which a gradient comes to one of these tensors. */
function leadingTo(rows: readonly Row[], wanted: ReadonlySet<Tensor>): ReadonlySet<Row> {
  const leading = new Set<Row>();
  for (const row of rows.toReversed())
    if (inputsOf(row).some((input) => wanted.has(input) || leading.has(input.row!)))
      leading.add(row);
  return leading;
}

/** Goes no further from a row, but hands over what has come to its outputs, if it is wanted. */
function leave(
  row: Row,
  gradients: Gradients,
  wanted: ReadonlySet<Tensor>,
  arrive: (tensor: Tensor, gradient: Tensor) => void,
): void {
  for (const output of row.outputs) {
    const gradient = gradients.take(output);
    if (gradient === undefined) continue;
    if (wanted.has(output)) arrive(output, applyHooks(output, gradient));
    gradients.letGo(gradient);
  }
}

/** Walks so far: a row that one has reached carries its number. */
let passes = 0;

function inputsOf(row: Row): readonly Tensor[] {
  if (!row.freed) return row.inputs;
  throw new EngineError(
    'error',
    `backward: the graph of this ${row.definition.name} was already used by an earlier backward and freed. ` +
      'Pass retainGraph: true to the earlier call, or detach() what is carried from one step to the next',
  );
}

function pullBack(
  row: Row,
  gradients: Gradients,
  arrive: (tensor: Tensor, gradient: Tensor) => void,
): void {
  const ofOutputs = new Array<Tensor | null>(row.outputs.length);
  let first: Tensor | undefined = undefined;
  for (let i = 0; i < ofOutputs.length; i++) {
    const output = row.outputs[i];
    const sum = gradients.take(output);
    ofOutputs[i] = sum === undefined ? null : applyHooks(output, sum);
    if (sum === undefined) continue;
    first ??= ofOutputs[i]!;
    arrive(output, ofOutputs[i]!);
  }
  if (first === undefined) return;
  const inputs = inputsOf(row);
  const vjp = row.definition.vjp as unknown as Vjp;
  const since = latestBirth();
  const ofInputs = vjp(first, new RowContext(row, inputs), ofOutputs);
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i];
    const contribution = ofInputs[i];
    if (!input.requiresGrad || !contribution) continue;
    checkContribution(row, input, contribution);
    const sum = gradients.get(input);
    if (sum === undefined) tape.recorder?.contribution(input, contribution);
    gradients.set(input, sum === undefined ? contribution : contribute(input, sum, contribution));
  }
  for (const gradient of ofOutputs) if (gradient !== null) gradients.letGo(gradient);
  gradients.tidy(since);
}

type Vjp = (
  gradient: Tensor,
  context: VjpContext,
  gradients: readonly (Tensor | null)[],
) => readonly (Tensor | null | undefined)[];

/** What a vjp sees; reading an input that was changed in place since then is an error, never a wrong number. */
class RowContext implements VjpContext {
  readonly outputs: readonly Tensor[];
  readonly attributes: object;

  constructor(
    private readonly row: Row,
    readonly types: readonly Tensor[],
  ) {
    this.outputs = row.outputs;
    this.attributes = row.attributes;
  }

  get inputs(): readonly Tensor[] {
    for (const input of this.types) {
      if (input.storage !== null && input.storage.version > this.row.clock) {
        throw new EngineError(
          'error',
          `backward: ${this.row.definition.name} needs an operand of shape ${formatShape(input.shape)} as it was, ` +
            'but an optimizer step has changed it since; call backward() before step()',
        );
      }
    }
    return this.types;
  }

  // A field, so that a rule may take it out of the context.
  readonly needs = (input: number): boolean => this.types[input].requiresGrad;
}

function checkContribution(row: Row, input: Tensor, contribution: Tensor): void {
  if (sameShape(input.shape, contribution.shape) && isFloating(contribution.dtype)) return;
  throw new EngineError(
    'error',
    `backward: the gradient rule of ${row.definition.name} gave ${formatShape(contribution.shape)} ` +
      `for an input of ${formatShape(input.shape)}`,
  );
}

/** The whole gradient of a tensor, as the tensor's hooks leave it. */
function applyHooks(tensor: Tensor, gradient: Tensor): Tensor {
  let result = gradient;
  if (tensor.hooks !== undefined)
    for (const hook of tensor.hooks) {
      escape(result);
      result = hook(result) ?? result;
      escape(result);
    }
  tape.recorder?.gradient(tensor, result);
  return result;
}

function free(row: Row): void {
  row.freed = true;
  // What a shape run keeps takes no memory, and tells how a shape came about.
  if (tape.mode === 'plain') row.inputs = [];
}
