// Puts a snapshot back into the program that it was taken from, in place. Knows no schedule and no run.
import { capturedBy } from '../source/roots';
import { readOrUnset, writeVariable, type Contents } from './contents';
import { restoreEngine, type RootGroup, type Snapshot } from './snapshot';

/**
 * Restores every object and every variable. The groups are those of the snapshot, as they are now.
 * Returns the name of a variable that cannot be given its value, and then has changed nothing.
 */
export function restore(snapshot: Snapshot, groups: readonly RootGroup[]): string | undefined {
  const refused = firstFixed(snapshot, groups);
  if (refused !== undefined) return refused;
  const { objects, contents } = snapshot;
  const held = new Map<object, Contents>();
  for (let i = 0; i < objects.length; i++) {
    contents[i].kind.put(objects[i], contents[i]);
    if (typeof objects[i] === 'function') held.set(objects[i], contents[i]);
  }
  eachVariable(snapshot, groups, (variables, index, value) => {
    if (!keepsFunction(readOrUnset(variables, index), value, held))
      writeVariable(variables, index, value);
  });
  restoreEngine(snapshot.engine);
  return undefined;
}

/** A variable that holds something else now, and can be given no other value. */
function firstFixed(snapshot: Snapshot, groups: readonly RootGroup[]): string | undefined {
  let fixed: string | undefined;
  eachVariable(snapshot, groups, (variables, index, value, name) => {
    const now = readOrUnset(variables, index);
    if (Object.is(now, value) || now === undefined || sameCode(now, value)) return;
    // Writing the value that is there tells whether it could be another.
    if (!writes(variables, index, now)) fixed ??= name;
  });
  return fixed;
}

function writes(variables: RootGroup['variables'], index: number, value: unknown): boolean {
  try {
    return variables.write?.(index, value) ?? false;
  } catch {
    return true;
  }
}

function eachVariable(
  snapshot: Snapshot,
  groups: readonly RootGroup[],
  visit: (variables: RootGroup['variables'], index: number, value: unknown, name: string) => void,
): void {
  groups.forEach(({ name, variables }, g) => {
    snapshot.groups[g].values.forEach((value, i) => {
      visit(variables, i, value, variables.names?.[i] ?? name);
    });
  });
}

function sameCode(a: unknown, b: unknown): boolean {
  return typeof a === 'function' && typeof b === 'function' && String(a) === String(b);
}

/**
 * A function that was made anew in each epoch looks into the variables of its epoch. Where those of the
 * present one have the values of the past one, the present function is the past one.
 */
function keepsFunction(now: unknown, past: unknown, held: ReadonlyMap<object, Contents>): boolean {
  if (now === past || !sameCode(now, past)) return now === past;
  const variables = capturedBy(now as object);
  if (variables === undefined) return true;
  const contents = held.get(past as object);
  if (contents === undefined) return false;
  const values = contents.values.slice(contents.keys.length);
  return values
    .slice(values.length - variables.count)
    .every((value, i) => Object.is(readOrUnset(variables, i), value));
}
