// Sizes that have a name, so that a shape run can write the name where a size depends on it. Knows no tensor.
import { ArgumentError } from './errors';

export interface NamedSize {
  readonly name: string;
  readonly value: number;
}

/** The named sizes of this run, and what replaces them while a shape run tries other sizes. */
export const dimensions = {
  seen: [] as NamedSize[],
  replaced: undefined as ((size: NamedSize) => number) | undefined,
};

/**
 * A size with a name: shapes that depend on it are shown with the name, such as `[B, 10]`. Returns
 * the value.
 */
export function dim(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new ArgumentError(`dim: '${name}' must be a whole number ≥ 0, but it is ${value}`);
  }
  const { seen, replaced } = dimensions;
  if (!seen.some((known) => known.name === name && known.value === value))
    seen.push({ name, value });
  return replaced?.({ name, value }) ?? value;
}
