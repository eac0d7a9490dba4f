// One row of samples for every op; all derived tests run over this table.
import { ops, type OpName } from '../../../engine/ops/table';
import { Make, type MakeOptions } from './make';
import type { AnySample } from './sample';
import {
  activationSamples,
  arithmeticSamples,
  compareSamples,
  mathSamples,
} from './samples/arithmetic';
import { attentionSamples } from './samples/attention';
import { createSamples, randomSamples } from './samples/create';
import { elementwiseSamples } from './samples/elementwise';
import { convVariantSamples, resampleSamples } from './samples/images';
import { indexingSamples } from './samples/indexing';
import { lossSamples } from './samples/loss';
import {
  blendSamples,
  linearSamples,
  pool1dSamples,
  scatterSamples,
  shrinkSamples,
  similaritySamples,
} from './samples/more';
import { movementSamples } from './samples/movement';
import { convSamples, matmulSamples, poolSamples } from './samples/products';
import { normalizeSamples } from './samples/normalize';
import { einsumSamples, rearrangeSamples, selectSamples } from './samples/rearrange';
import { recurrentSamples } from './samples/recurrent';
import { reduceSamples } from './samples/reduce';
import { scanSamples, statisticsSamples } from './samples/statistics';
import { quietly } from '../../../engine/tape/warnings';
import { Tensor } from '../../../engine/tensor/tensor';
import { generator } from '../../../engine/tensor/random';

const table = {
  ...elementwiseSamples,
  ...blendSamples,
  ...scatterSamples,
  ...shrinkSamples,
  ...pool1dSamples,
  ...similaritySamples,
  ...linearSamples,
  ...arithmeticSamples,
  ...mathSamples,
  ...compareSamples,
  ...activationSamples,
  ...reduceSamples,
  ...statisticsSamples,
  ...scanSamples,
  ...movementSamples,
  ...rearrangeSamples,
  ...indexingSamples,
  ...selectSamples,
  ...einsumSamples,
  ...matmulSamples,
  ...convSamples,
  ...convVariantSamples,
  ...resampleSamples,
  ...poolSamples,
  ...createSamples,
  ...randomSamples,
  ...lossSamples,
  ...attentionSamples,
  ...normalizeSamples,
  ...recurrentSamples,
} satisfies Record<OpName, readonly unknown[]>;

/** One call of one op, ready to run. */
export interface Case {
  readonly title: string;
  readonly name: OpName;
  /** Arguments made afresh, with the floating point tensors among them. */
  readonly build: (options?: MakeOptions) => {
    args: readonly unknown[];
    leaves: readonly Tensor[];
    indices: readonly Tensor[];
  };
  /** Its result as a list of tensors; the same random numbers each time. */
  readonly call: (args: readonly unknown[]) => readonly Tensor[];
}

function casesOf(name: OpName): Case[] {
  const call = ops[name] as unknown as (...args: readonly unknown[]) => unknown;
  return (table[name] as readonly AnySample[]).map((sample, i) => ({
    title: `${name} #${i + 1}`,
    name,
    build(options) {
      const make = new Make(options);
      return { args: sample(make), leaves: make.leaves, indices: make.indices };
    },
    call(args) {
      generator.draw = 0;
      // Samples broadcast from both sides on purpose.
      return quietly(() => tensorsOf(call(...args)));
    },
  }));
}

/** The tensors of a result, whatever form it has. */
export function tensorsOf(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  return Object.values(result as Record<string, unknown>).flatMap(tensorsOf);
}

export const opNames = Object.keys(ops) as OpName[];
export const cases = opNames.flatMap(casesOf);
