// What the engine tells of the cursor, in the editor's words: frames, scopes, variables, memory, instructions. Knows no run.
import type {
  CursorInfo,
  FrameInfo,
  RowLines,
  RowPath,
  ScopeInfo,
  SourceRange,
  VariableInfo,
} from '../../engine/protocol';
import { Refusal, type Source, type StackFrame, type Variable } from './dap';

/** Numbers for places and frames; each stop has its own, so that old ones are known as such. */
export class Registry {
  private generation = 0;
  private readonly places: SourceRange[] = [];
  /** Names by which variables can be watched, by reference and name. */
  private readonly watchable = new Map<string, string>();

  /** The cursor has moved: all that was given out belongs to a place that was left. */
  clear(): void {
    this.generation++;
    this.places.length = 0;
    this.watchable.clear();
  }

  frameId(index: number): number {
    return this.generation * 10_000 + index + 1;
  }

  frameIndex(id: number): number {
    const index = id - this.generation * 10_000 - 1;
    if (index < 0 || index >= 10_000)
      throw new Refusal('this frame belongs to a place that the cursor has left');
    return index;
  }

  /** Whether a frame was given out before the cursor moved. */
  isLeft(id: number): boolean {
    return id > 0 && id <= this.generation * 10_000;
  }

  addPlace(place: SourceRange): number {
    return this.places.push(place);
  }

  place(reference: number): SourceRange {
    const place = this.places[reference - 1];
    if (place === undefined) throw new Refusal('this place is not known any more');
    return place;
  }

  watch(reference: number, name: string, as: string): void {
    this.watchable.set(`${reference} ${name}`, as);
  }

  watchName(reference: number | undefined, name: string): string | undefined {
    return reference === undefined ? undefined : this.watchable.get(`${reference} ${name}`);
  }
}

export function sourceOf({ file }: SourceRange): Source {
  return { name: file.split(/[\\/]/).at(-1)!, path: file };
}

/** The call stack; a label stands between what backward mirrors and who called it. */
export function stackFrames(
  frames: readonly FrameInfo[],
  registry: Registry,
  cursor: Pick<CursorInfo, 'nextLine'> = { nextLine: [0] },
): StackFrame[] {
  return frames.flatMap((frame, index) => {
    const { name, place, mirrored } = frame;
    const told: StackFrame = {
      id: registry.frameId(index),
      name,
      line: place?.line ?? 0,
      column: place?.column ?? 0,
      ...(place && { source: sourceOf(place) }),
      // Not where it ends: the editor would put the cursor there, and scroll the lines around out of sight.
      canRestart: true,
      ...(index === 0 && { instructionPointerReference: address(cursor.nextLine) }),
      presentationHint: 'normal',
    };
    const entersBackward = !mirrored && frames[index - 1]?.mirrored === true;
    const label: StackFrame = {
      id: registry.frameId(5000 + index),
      name: 'backward, called by',
      line: 0,
      column: 0,
      presentationHint: 'label',
    };
    return entersBackward ? [label, told] : [told];
  });
}

export function scope({ name, reference, named }: ScopeInfo): object {
  const expensive = name === 'Parameters' || name === 'Module';
  return {
    name,
    variablesReference: reference,
    namedVariables: named,
    expensive,
    ...(name === 'Locals' && { presentationHint: 'locals' }),
  };
}

export function variable(
  info: VariableInfo,
  registry: Registry,
  parent: number | undefined,
): Variable {
  const { name, value, type, reference, named, indexed, expression, made, memory, watch } = info;
  if (parent !== undefined && watch !== undefined) registry.watch(parent, name, watch);
  return {
    name,
    value,
    type,
    variablesReference: reference,
    ...(named > 0 && { namedVariables: named }),
    ...(indexed > 0 && { indexedVariables: indexed }),
    ...(expression !== undefined && { evaluateName: expression }),
    ...(memory !== undefined && { memoryReference: `tensor:${memory}` }),
    ...(made && { valueLocationReference: registry.addPlace(made) }),
  };
}

export function tensorOf(memoryReference: string): number {
  const number = /^tensor:(\d+)$/.exec(memoryReference)?.[1];
  if (number === undefined) throw new Refusal(`'${memoryReference}' is no tensor's memory`);
  return Number(number);
}

/** Rows before the first one have addresses, too. */
const firstAddress = 0x1_0000n;
/** An inside lies between its row and the next one, and so does an inside within it. */
const bitsOfLevel = 12n;
const mostLevels = 2;

/** Addresses grow from line to line, and stay what they are when an inside is shown. */
export function address(path: RowPath): string {
  let value = firstAddress + BigInt(path[0]!);
  for (let level = 1; level <= mostLevels; level++)
    value = (value << bitsOfLevel) | BigInt(level < path.length ? path[level]! + 1 : 0);
  return `0x${value.toString(16)}`;
}

export function rowAt(reference: string): RowPath {
  if (!/^0x[0-9a-f]+$/i.test(reference))
    throw new Refusal(`'${reference}' is no place on the tape`);
  let value = BigInt(reference);
  const insides: number[] = [];
  for (let level = 0; level < mostLevels; level++) {
    insides.unshift(Number(value & ((1n << bitsOfLevel) - 1n)) - 1);
    value >>= bitsOfLevel;
  }
  return [Number(value - firstAddress), ...insides.filter((row) => row >= 0)];
}

/** Exactly `count` instructions; where the tape has none they are marked. */
export function instructions({ first, lines, total, rows }: RowLines, count: number): object[] {
  const known = new Map(lines.map((line) => [line.index, line]));
  return Array.from({ length: count }, (_, i) => {
    const index = first + i;
    const line = known.get(index);
    if (line === undefined) {
      const beyond = index < 0 ? index : rows + index - total;
      return { address: address([beyond]), instruction: '', presentationHint: 'invalid' };
    }
    const { path, text, place } = line;
    return {
      address: address(path),
      // Bytes of its own would take a column's width from the text.
      instruction: `${numberOf(path)}  ${text}`,
      ...(place && {
        location: sourceOf(place),
        line: place.line,
        column: place.column,
        endLine: place.endLine,
        endColumn: place.endColumn,
      }),
    };
  });
}

/** `  12`; of a row in an inside `      └ 3`. */
function numberOf(path: RowPath): string {
  const own = String(path.at(-1)!);
  return path.length === 1
    ? own.padStart(4)
    : `${'  '.repeat(path.length + 1)}· ${own.padStart(2)}`;
}
