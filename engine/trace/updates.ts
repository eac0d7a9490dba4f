// What an update row changes: a parameter under its path, at the line that made it, and all that the rule read. Knows no rule.
import type { SourceRange } from '../protocol';
import { noGrad } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { aside } from './aside';
import type { Trace } from './trace';
import { valueAt } from './values';

/** An update of one parameter. */
export interface Update {
  readonly parameter: Tensor;
  /** Its path in the model, such as `encoder.weight`; empty when no module holds it. */
  readonly path: string;
  /** Where it was made; undefined when that was outside the user's files. */
  readonly range: SourceRange | undefined;
}

/** The update that a row is; undefined for a row that changes no parameter. */
export function updateAt(trace: Trace, row: number): Update | undefined {
  const changed = row < 0 ? undefined : trace.rows[row];
  const parameter = changed?.phase === 'update' ? changed.changes?.[0]?.tensor : undefined;
  if (parameter === undefined) return undefined;
  const path = trace.paths.parameter(parameter) ?? '';
  return { parameter, path, range: trace.birthOf(parameter) };
}

/**
 * What an update row reads and changes, by name: the parameter under the last part of its path, its
 * gradient, the optimizer's state of it, the rule's numbers, and the `change` that it makes.
 */
export function updateVariables(trace: Trace, row: number, before: number): Map<string, unknown> {
  const { definition, inputs, attributes, changes } = trace.rows[row];
  const { path } = updateAt(trace, row)!;
  const names = definition.inputNames?.(attributes as never) ?? [];
  const found = new Map<string, unknown>();
  inputs.forEach((input, i) => {
    const name = i === 0 ? path.slice(path.lastIndexOf('.') + 1) : names[i];
    found.set(name || 'parameter', valueAt(trace, input, before));
  });
  // Lists among the options, such as that of all parameters, belong to the group and not to the rule.
  for (const [name, value] of Object.entries(attributes))
    if (typeof value !== 'object') found.set(name, value);
  found.set('change', changeOf(changes![0]));
  return found;
}

function changeOf({ before, after }: { before: Tensor; after: Tensor }): Tensor {
  return aside(() => noGrad(() => after.sub(before)));
}
