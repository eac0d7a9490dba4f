// What a sample is: the arguments of one call of an op. Knows no op.
import type { amax } from '../../../engine/ops/extremes';
import type { Make } from './make';
import type { Tensor } from '../../../engine/tensor/tensor';

/** The arguments of one call; `make` gives the tensors. */
export type Sample<Call> = (make: Make) => Arguments<Call>;

type Arguments<Call> = Call extends (...args: infer Args) => unknown ? Args : never;

/** One row for every function of a family; a function without one does not compile. */
export type SamplesOf<Family> = {
  readonly [
    Name in keyof Family as Family[Name] extends (...args: never[]) => unknown ? Name : never
  ]: readonly Sample<Family[Name]>[];
};

/** A row of the table with its types forgotten. */
export type AnySample = (make: Make) => readonly unknown[];

/** For ops of one tensor: any shape, a scalar, nothing at all, a view and a broadcast view. */
export const anyShape: readonly ((make: Make) => [Tensor])[] = [
  (make) => [make.normal(2, 3)],
  (make) => [make.normal()],
  (make) => [make.normal(0)],
  (make) => [make.normal(2, 0, 3)],
  (make) => [make.normal(3, 2).t()],
  (make) => [make.normal(3, 1).expand([3, 2])],
  (make) => [make.normal(4, 5).slice(1, 1, 5, 2)],
];

/** The same, with values above 0. */
export const aboveZero: readonly ((make: Make) => [Tensor])[] = [
  (make) => [make.between(0.2, 3, 2, 3)],
  (make) => [make.between(0.2, 3)],
  (make) => [make.between(0.2, 3, 0, 2)],
  (make) => [make.between(0.2, 3, 3, 2).t()],
  (make) => [make.between(0.2, 3, 2, 1).expand([2, 3])],
];

/** The same, with values between −1 and 1. */
export const withinOne: readonly ((make: Make) => [Tensor])[] = [
  (make) => [make.between(-0.9, 0.9, 2, 3)],
  (make) => [make.between(-0.9, 0.9)],
  (make) => [make.between(-0.9, 0.9, 0, 2)],
  (make) => [make.between(-0.9, 0.9, 3, 2).t()],
];

/** For ops of two tensors: equal shapes, broadcasts of each side, scalars, numbers, nothing, itself. */
export const twoOperands: readonly ((make: Make) => [Tensor, Tensor | number])[] = [
  (make) => [make.normal(2, 3), make.normal(2, 3)],
  (make) => [make.normal(2, 3), make.normal(3)],
  (make) => [make.normal(2, 1), make.normal(1, 3)],
  (make) => [make.normal(), make.normal(3)],
  (make) => [make.normal(2), make.normal()],
  (make) => [make.normal(2, 3), 1.7],
  (make) => [make.normal(0, 3), make.normal(1, 3)],
  (make) => [make.normal(3, 2).t(), make.normal(2, 3)],
  (make) => [make.normal(4).expand([2, 4]), make.normal(2, 4)],
  (make) => {
    const x = make.normal(2, 3);
    return [x, x];
  },
  (make) => [make.normal(2, 3), make.int(2, 3).mul(2).add(1)],
];

/** The same for a divisor, which is never 0, and a dividend, which is no multiple of it. */
export const twoAboveZero: readonly ((make: Make) => [Tensor, Tensor | number])[] = [
  (make) => [make.between(0.3, 0.9, 2, 3), make.between(1, 2, 2, 3)],
  (make) => [make.between(0.3, 0.9, 2, 3), make.between(1, 2, 3)],
  (make) => [make.between(0.3, 0.9, 2, 1), make.between(1, 2, 1, 3)],
  (make) => [make.between(0.3, 0.9), make.between(1, 2, 3)],
  (make) => [make.between(0.3, 0.9, 2), 1.7],
  (make) => [make.between(0.3, 0.9, 0, 3), make.between(1, 2, 1, 3)],
  (make) => [make.between(0.3, 0.9, 3, 2).t(), make.between(1, 2, 2, 3)],
];

/** For functions that fold dimensions away. */
type Fold = Parameters<typeof amax>;
export const folds: readonly ((make: Make) => Fold)[] = [
  (make) => [make.distinct(2, 3)],
  (make) => [make.distinct()],
  (make) => [make.distinct(2, 3, 4), 1],
  (make) => [make.distinct(2, 3, 4), [0, -1], { keepdim: true }],
  (make) => [make.distinct(3, 2).t(), 0],
  (make) => [make.distinct(2, 3, 4), { dim: [2, 0], keepdim: true }],
  (make) => [make.distinct(0, 3), 1],
  (make) => [make.distinct(2, 1).expand([2, 3]), null, { keepdim: true }],
];
