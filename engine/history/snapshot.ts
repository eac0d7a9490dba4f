// The state of a program at one moment, as it can be put back into that program. Knows no schedule.
import { optimizers } from '../optim/optimizer';
import { run } from '../run';
import type { Variables } from '../source/hooks';
import { holdersOf } from '../source/roots';
import { tape } from '../tape/tape';
import { generator } from '../tensor/random';
import { reads } from './world';
import {
  bytesOfContents,
  contentsOf,
  hiddenKind,
  kindOf,
  readOrUnset,
  type Contents,
} from './contents';

/** Some variables of the program, under a name by which they are found again. */
export interface RootGroup {
  readonly name: string;
  readonly variables: Variables;
}

/** Counters of the engine that are part of a program's state. */
export interface EngineState {
  readonly random: Readonly<typeof generator>;
  readonly step: number;
  readonly gradEnabled: boolean;
  /** How often the step has looked at a clock and the like. */
  readonly reads: number;
}

/** All that is needed to go back to one moment. */
export interface Snapshot {
  readonly engine: EngineState;
  /** The values of each group's variables. */
  readonly groups: readonly {
    readonly name: string;
    readonly names: readonly string[];
    readonly values: readonly unknown[];
  }[];
  /** The list of all optimizers, whose contents are among the others. */
  readonly optimizers: object;
  /** Every object that the program could reach, and what each held. */
  readonly objects: readonly object[];
  readonly contents: readonly Contents[];
  /** What could not be captured, and which variable leads to it. */
  readonly hidden: { readonly what: string; readonly variable: string } | undefined;
}

/** What objects held when they were last looked at, so that snapshots share what has not changed. */
export type Latest = WeakMap<object, Contents>;

/** Captures everything that is reachable from these variables and from the optimizers. */
export function capture(groups: readonly RootGroup[], latest: Latest): Snapshot {
  const objects: object[] = [];
  const contents: Contents[] = [];
  const seen = new Set<object>();
  const pending: object[] = [];
  let variable = '';
  let hidden: Snapshot['hidden'];
  const reach = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
    if (seen.has(value)) return;
    seen.add(value);
    pending.push(value);
  };
  const settle = (): void => {
    for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
      const kind = kindOf(object);
      if (kind === undefined) continue;
      if (kind.name === 'object') {
        holdersOf(object).forEach(reach);
        const what = hiddenKind(object);
        if (what !== undefined) hidden ??= { what, variable };
      }
      const held = contentsOf(object, kind, latest.get(object));
      latest.set(object, held);
      objects.push(object);
      contents.push(held);
      for (let i = held.values.length - 1; i >= 0; i--) reach(held.values[i]);
    }
  };
  const captured = groups.map(({ name, variables }) => {
    const values: unknown[] = [];
    for (let i = 0; i < variables.count; i++) {
      const value = readOrUnset(variables, i);
      values.push(value);
      variable = variables.names?.[i] ?? name;
      reach(value);
      settle();
    }
    return { name, names: variables.names ?? [], values };
  });
  variable = 'an optimizer';
  reach(optimizers);
  settle();
  return { engine: engineState(), groups: captured, optimizers, objects, contents, hidden };
}

function engineState(): EngineState {
  const { gradEnabled } = tape;
  return { random: { ...generator }, step: run.step, gradEnabled, reads: reads.count };
}

/** Puts the engine's counters back. */
export function restoreEngine({ random, step, gradEnabled, reads: count }: EngineState): void {
  reads.count = count;
  Object.assign(generator, random);
  run.step = step;
  tape.gradEnabled = gradEnabled;
}

/** Counts the memory of snapshots that share contents with each other. */
export class Ledger {
  bytes = 0;
  private readonly holders = new Map<Contents | Uint8Array, number>();

  add({ snapshot: { contents } }: { snapshot: Snapshot }): void {
    this.bytes += 32 * contents.length;
    for (const each of contents) this.count(each, 1);
  }

  remove({ snapshot: { contents } }: { snapshot: Snapshot }): void {
    this.bytes -= 32 * contents.length;
    for (const each of contents) this.count(each, -1);
  }

  private count(contents: Contents, by: 1 | -1): void {
    const size = bytesOfContents(contents) - (contents.data?.byteLength ?? 0);
    this.change(contents, by, size);
    if (contents.data) this.change(contents.data, by, contents.data.byteLength);
  }

  private change(held: Contents | Uint8Array, by: 1 | -1, size: number): void {
    const before = this.holders.get(held) ?? 0;
    const after = before + by;
    if (after === 0) this.holders.delete(held);
    else this.holders.set(held, after);
    if (before === 0 || after === 0) this.bytes += by * size;
  }
}
