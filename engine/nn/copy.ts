// Modules copied with all that is theirs. Knows no layer.
import { noGrad } from '../tape/tape';
import { Module } from './module';
import { Buffer, Parameter } from './parameter';

/** A module with tensors of its own and the same values (Python's copy.deepcopy). */
export function copyModule<Copied extends Module>(module: Copied): Copied {
  const copiesOf = new Map<unknown, unknown>();
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (!(value instanceof Module || value instanceof Parameter || value instanceof Buffer)) {
      return value;
    }
    if (!copiesOf.has(value)) copiesOf.set(value, copyOf(value));
    return copiesOf.get(value);
  };
  const copyOf = (value: Module | Parameter | Buffer): unknown => {
    if (value instanceof Parameter) {
      return new Parameter(
        noGrad(() => value.clone()),
        { requiresGrad: value.requiresGrad },
      );
    }
    if (value instanceof Buffer) return new Buffer(noGrad(() => value.clone()));
    const result = Object.create(Object.getPrototypeOf(value) as object) as object;
    copiesOf.set(value, result);
    for (const [name, field] of Object.entries(value)) {
      Object.assign(result, { [name]: copy(field) });
    }
    return result;
  };
  return copy(module) as Copied;
}
