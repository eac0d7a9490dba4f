// The target that a model of the gallery states in its first line, such as "Target: accuracy >= 0.98".

export interface Target {
  /** The name under which the model logs the value. */
  readonly curve: string;
  readonly sign: '>=' | '<=';
  readonly bound: number;
}

export function targetOf(name: string, text: string): Target {
  const [line] = text.split('\n');
  const found = /^\/\/ .+ Target: (\w+) (>=|<=) ([\d.]+)$/.exec(line);
  if (found === null) throw new Error(`${name}: the first line states no target: ${line}`);
  return { curve: found[1], sign: found[2] as Target['sign'], bound: Number(found[3]) };
}

/** Whether the last value that was logged reaches the target. */
export function reaches({ curve, sign, bound }: Target, curves: ReadonlyMap<string, number[]>) {
  const value = curves.get(curve)?.at(-1);
  if (value === undefined) throw new Error(`the model logs no '${curve}', which its target names`);
  return { value, reached: sign === '>=' ? value >= bound : value <= bound };
}
