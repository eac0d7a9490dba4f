// Rebuilds the tensors and layers of a golden file from their recipes. Knows no test.
import { F, nn, tensor } from '../../../engine/index';
import type { DType } from '../../../engine/tensor/dtype';
import { elementCount, type Shape } from '../../../engine/tensor/shape';
import { Tensor } from '../../../engine/tensor/tensor';

/** Numbers between 0 and 1 by Lehmer's generator, as in make_golden_nn.py. */
export function numbersFrom(seed: number, count: number): number[] {
  let state = seed * 7919 + 1;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  });
}

/** A tensor between `low` and `high`, the same in Python. */
export function fill(
  shape: Shape,
  seed: number,
  low = -1,
  high = 1,
  dtype: DType = 'float64',
): Tensor {
  const values = numbersFrom(seed, elementCount(shape)).map((u) => low + (high - low) * u);
  return tensor(Float64Array.from(values), { dtype }).reshape(shape);
}

/** Whole numbers below `size`, the same in Python. */
export function fillWhole(shape: Shape, seed: number, size: number): Tensor {
  const values = numbersFrom(seed, elementCount(shape)).map((u) => Math.floor(u * size));
  return tensor(Int32Array.from(values)).reshape(shape);
}

interface FloatRecipe {
  readonly shape: Shape;
  readonly seed: number;
  readonly low: number;
  readonly high: number;
}
interface WholeRecipe {
  readonly shape: Shape;
  readonly seed: number;
  readonly size: number;
}
interface ValuesRecipe {
  readonly values: number[];
  readonly dtype: 'float' | 'int' | 'bool';
}
interface LayerRecipe {
  readonly layer: string;
  readonly args: Recipe[];
  readonly options: Record<string, Recipe>;
}
export type Recipe =
  | null
  | number
  | string
  | boolean
  | readonly Recipe[]
  | FloatRecipe
  | WholeRecipe
  | ValuesRecipe
  | LayerRecipe;

const isList = (recipe: Recipe): recipe is readonly Recipe[] => Array.isArray(recipe);

/** A module whose forward takes and gives anything. */
export type AnyModule = nn.Module & { forward(...inputs: unknown[]): unknown };

/** What a recipe stands for; floats come in `dtype`. */
export function make(recipe: Recipe, dtype: DType): unknown {
  if (recipe === null) return null;
  if (typeof recipe !== 'object') return recipe;
  if (isList(recipe)) return recipe.map((item) => make(item, dtype));
  if ('layer' in recipe) return makeLayer(recipe.layer, recipe.args, recipe.options, dtype);
  if ('values' in recipe) {
    const types = { float: dtype, int: 'int32', bool: 'bool' } as const;
    return tensor(recipe.values, { dtype: types[recipe.dtype] });
  }
  if ('size' in recipe) return fillWhole(recipe.shape, recipe.seed, recipe.size);
  const { shape, seed, low, high } = recipe;
  return fill(shape, seed, low, high, dtype);
}

/** A layer of `nn` by name; options go last, and only when there are any. */
export function makeLayer(
  name: string,
  args: readonly Recipe[],
  options: Readonly<Record<string, Recipe>>,
  dtype: DType,
): AnyModule {
  const Layer = (nn as unknown as Record<string, new (...args: unknown[]) => AnyModule>)[name];
  return new Layer(...args.map((arg) => make(arg, dtype)), ...optionsOf(options, dtype));
}

/** A function of `F` by name. */
export function functionOf(name: string): (...args: unknown[]) => unknown {
  return (F as unknown as Record<string, (...args: unknown[]) => unknown>)[name];
}

/** One trailing object, or nothing. */
export function optionsOf(options: Readonly<Record<string, Recipe>>, dtype: DType): object[] {
  const entries = Object.entries(options);
  if (entries.length === 0) return [];
  return [Object.fromEntries(entries.map(([name, value]) => [name, make(value, dtype)]))];
}

/** All tensors in a result, in order. */
export function tensorsOf(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  return Array.isArray(result) ? result.flatMap(tensorsOf) : [];
}
