// A recurrent layer's walk along a sequence: one op where nobody looks, step by step where somebody does. Knows no layer.
import { cells, walkSimd, walks, type WalkAttributes } from '../kernels/walk';
import { walkBackSimd, type WalkBackAttributes } from '../kernels/walk-back';
import { timeProductsSimd, type TimeAttributes } from '../kernels/time-products';
import { grad } from '../tape/backward';
import { unseen } from '../tape/record';
import { tape } from '../tape/tape';
import type { Tensor, TensorType } from '../tensor/tensor';
import { where } from './binary';
import { stack } from './join';
import { multiOp, op, type Op } from './op';
import { unbind } from './rearrange';
import { steps, type CellName, type StateWeights } from './steps';

/** Outputs in order of time, [T, N, H], and the last states, [N, H] each. */
export type Walked = [output: Tensor, states: readonly Tensor[]];

interface Way {
  readonly cell: CellName;
  /** From the last time to the first. Default false. */
  readonly reverse?: boolean;
  /** Which sequences still run at a time, [N, 1]; null when all do. */
  readonly active?: (time: number) => Tensor | null;
}

/**
 * A cell along the input's part of the gates, [T, N, G·H], from first states [N, H]. In plain training it is one op,
 * with the bits of its steps; a recorded step has one row for each op of each step.
 */
export function overTime(
  drive: Tensor,
  initial: readonly Tensor[],
  { turned, biasHh }: StateWeights,
  { cell, reverse = false, active }: Way,
): Walked {
  // The uses in one walk add up before they reach the bias, however it is done.
  const bias = biasHh ? biasHh.view([...biasHh.shape]) : null;
  const whole =
    unseen() &&
    active === undefined &&
    walks(drive, turned, [...initial, ...(bias ? [bias.unsqueeze(0)] : [])]);
  if (!whole)
    return stepByStep(drive, initial, { turned, biasHh: bias }, { cell, reverse, active });
  const attributes = { cell, reverse, bias: bias !== null };
  const outputs = walkOps[cell]([drive, turned, ...initial, ...(bias ? [bias] : [])], attributes);
  return [outputs[0], outputs.slice(outputs.length - initial.length)];
}

function stepByStep(
  drive: Tensor,
  initial: readonly Tensor[],
  weights: StateWeights,
  { cell, reverse = false, active }: Way,
): Walked {
  const drives = unbind(drive);
  const step = steps[cell];
  const outputs = new Array<Tensor>(drives.length);
  let states = initial;
  for (let turn = 0; turn < drives.length; turn++) {
    const time = reverse ? drives.length - 1 - turn : turn;
    const next = step(drives[time], states, weights);
    const runs = active?.(time) ?? null;
    // A sequence that is over, or read from the end has not begun, keeps its state and puts out 0.
    outputs[time] = runs ? where(runs, next[0], 0) : next[0];
    states = runs ? next.map((state, kind) => where(runs, state, states[kind])) : next;
  }
  return [stack(outputs), states];
}

type Walk = Op<[inputs: readonly Tensor[], attributes: WalkAttributes], readonly Tensor[]>;

/** A cell's walk, under PyTorch's name. Outputs: what is kept of each step, then the last states. */
const walkOf = (name: CellName): Walk =>
  multiOp(
    {
      name,
      prepare: (inputs: readonly Tensor[], attributes: WalkAttributes) => ({ inputs, attributes }),
      shape: ([drive, , first]: readonly TensorType[], { cell }: WalkAttributes): TensorType[] => {
        const { dtype } = drive;
        const state = { shape: first.shape, dtype };
        const all = { shape: [drive.shape[0], ...first.shape], dtype };
        return [
          ...Array.from({ length: cells[cell].kept }, () => all),
          ...(cell === 'gru' ? [{ shape: drive.shape, dtype }] : []),
          ...Array.from({ length: cells[cell].states }, () => state),
        ];
      },
      simd: walkSimd,
      vjp: (_, context, gradients) => {
        const { inputs, outputs, attributes } = context;
        const { cell, reverse, bias } = attributes;
        const states = cells[cell].states;
        if (tape.gradEnabled) return again(inputs, attributes, gradients);
        const [, turned, ...rest] = inputs;
        const initial = rest.slice(0, states);
        const first = initial.some((_, i) => context.needs(2 + i));
        const of = [gradients[0], ...gradients.slice(-states)];
        const given = [of[0] !== null, of[1] !== null, (of[2] ?? null) !== null] as const;
        const kept = outputs.slice(0, outputs.length - states);
        const back = walkBackOp(
          [...of.flatMap((g) => g?.contiguous() ?? []), turned, ...initial, ...kept],
          { cell, reverse, bias, given, first },
        );
        const ofHidden = cell === 'gru' ? back[1] : back[0];
        const weight = context.needs(1)
          ? timeProducts([kept[0], initial[0], ofHidden], { reverse })
          : null;
        const last = bias && context.needs(2 + states) ? [overSteps(ofHidden, reverse)] : [];
        return [back[0], weight, ...back.slice(back.length - states), ...last];
      },
    },
    (outputs) => outputs,
  );

const walkOps: Readonly<Record<CellName, Walk>> = {
  rnnTanh: walkOf('rnnTanh'),
  rnnRelu: walkOf('rnnRelu'),
  lstm: walkOf('lstm'),
  gru: walkOf('gru'),
};

/** The gradient that can be differentiated itself, where nobody foresaw that: that of the steps. */
function again(
  inputs: readonly Tensor[],
  { cell, reverse, bias }: WalkAttributes,
  gradients: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  // Views of their own, behind which nothing is looked for.
  const own = inputs.map((input) => input.view([...input.shape]));
  const states = cells[cell].states;
  const weights = { turned: own[1], biasHh: bias ? own[2 + states] : null };
  const [output, last] = stepByStep(own[0], own.slice(2, 2 + states), weights, { cell, reverse });
  const pairs = [output, ...last].flatMap((result, i) => {
    const gradient = i === 0 ? gradients[0] : gradients.slice(-states)[i - 1];
    return gradient ? [[result, gradient] as const] : [];
  });
  const gradOutputs = pairs.map(([, gradient]) => gradient);
  const roots = pairs.map(([result]) => result);
  const wanted = own.filter(({ requiresGrad }) => requiresGrad);
  const found = grad(roots, wanted, { gradOutputs, createGraph: true, allowUnused: true });
  return own.map((input) => found[wanted.indexOf(input)] ?? null);
}

/** Gradients of the gates, of the state's own gates (GRU), and of the first states. */
const walkBackOp: Op<
  [inputs: readonly Tensor[], attributes: WalkBackAttributes],
  readonly Tensor[]
> = multiOp(
  {
    name: 'walkBack',
    prepare: (inputs: readonly Tensor[], attributes: WalkBackAttributes) => ({
      inputs,
      attributes,
    }),
    shape: (inputs: readonly TensorType[], { cell, given }: WalkBackAttributes): TensorType[] => {
      const [turned, first] = inputs.slice(given.filter(Boolean).length);
      const [all] = inputs.slice(-1);
      const gates = {
        shape: [all.shape[0], first.shape[0], cells[cell].gates * turned.shape[0]],
        dtype: first.dtype,
      };
      const states = Array.from({ length: cells[cell].states }, () => first);
      return cell === 'gru' ? [gates, gates, ...states] : [gates, ...states];
    },
    simd: walkBackSimd,
  },
  (outputs) => outputs,
);

const timeProducts: Op<[inputs: readonly Tensor[], attributes: TimeAttributes]> = op({
  name: 'timeProducts',
  prepare: (inputs: readonly Tensor[], attributes: TimeAttributes) => ({ inputs, attributes }),
  shape: ([states, , gradients]: readonly TensorType[]) => ({
    shape: [states.shape[2], gradients.shape[2]],
    dtype: states.dtype,
  }),
  simd: timeProductsSimd,
});

/** Σ over samples of each step, and over steps in the order in which they arrive. */
function overSteps(gradients: Tensor, reverse: boolean): Tensor {
  const sums = unbind(gradients.sum(1));
  const arriving = reverse ? sums : sums.toReversed();
  return arriving.reduce((total, sum) => total.add(sum));
}
