// Puts back what an expression changes of the objects that it can reach. Knows no expression and no tensor's elements.
import { contentsOf, kindOf, type Contents } from '../../history/contents';
import { Storage } from '../../tensor/storage';

/** So many objects are looked after, those nearest to the expression's names first. */
const mostObjects = 2000;

/** Runs `body`, and leaves the objects around `roots` as they were. Elements of tensors are not looked at. */
export function undone<T>(roots: readonly unknown[], body: () => T): T {
  const before = contentsAround(roots);
  try {
    return body();
  } finally {
    for (const [object, held] of before)
      if (contentsOf(object, held.kind, held) !== held) held.kind.put(object, held);
  }
}

function contentsAround(roots: readonly unknown[]): Map<object, Contents> {
  const found = new Map<object, Contents>();
  const pending: unknown[] = [...roots];
  for (let at = 0; at < pending.length && found.size < mostObjects; at++) {
    const object = pending[at];
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) continue;
    if (found.has(object) || isMemory(object)) continue;
    const kind = kindOf(object);
    if (kind === undefined) continue;
    const held = contentsOf(object, kind, undefined);
    found.set(object, held);
    pending.push(...held.values);
  }
  return found;
}

function isMemory(object: object): boolean {
  return (
    object instanceof Storage ||
    object instanceof ArrayBuffer ||
    object instanceof SharedArrayBuffer ||
    ArrayBuffer.isView(object)
  );
}
