// The events of a step in columns, in the order in which they happened. Knows no tensor.

/**
 * What can happen. `contribution`: the first part of a gradient arrives. `gradient`: it is complete.
 * `phase`: rows now serve another row.
 */
export const kinds = [
  'enter',
  'leave',
  'statement',
  'iteration',
  'value',
  'binding',
  'row',
  'log',
  'phase',
  'contribution',
  'gradient',
  'cleared',
] as const;

export type EventKind = (typeof kinds)[number];

/** Each kind's number in the column. */
export const kindOf = Object.fromEntries(kinds.map((kind, i) => [kind, i])) as Record<
  EventKind,
  number
>;

/** How an event's value is kept: not at all, as itself, or in the list of objects. */
const none = 0;
const number = 1;
const object = 2;

/** Append-only columns; 18 bytes an event, and the objects that values refer to. */
export class Events {
  count = 0;
  kind!: Uint8Array;
  site!: Int32Array;
  frame!: Int32Array;
  private tag!: Uint8Array;
  private amount!: Float64Array;
  private readonly objects: unknown[] = [];

  /** `expected`: about how many there will be, as in the step before; more find room, too. */
  constructor(expected = 0) {
    this.take(Math.max(256, Math.ceil(expected * 1.1)));
  }

  /** Adds an event and returns its number. */
  add(kind: number, site: number, frame: number, value: unknown): number {
    const at = this.count++;
    if (at === this.kind.length) this.grow();
    this.kind[at] = kind;
    this.site[at] = site;
    this.frame[at] = frame;
    if (typeof value === 'number') {
      this.tag[at] = number;
      this.amount[at] = value;
    } else if (value === undefined) this.tag[at] = none;
    else {
      this.tag[at] = object;
      this.amount[at] = this.objects.push(value) - 1;
    }
    return at;
  }

  /** Adds an event that carries two values. */
  addPair(kind: number, frame: number, first: unknown, second: unknown): void {
    const at = this.count++;
    if (at === this.kind.length) this.grow();
    this.kind[at] = kind;
    this.site[at] = -1;
    this.frame[at] = frame;
    this.tag[at] = object;
    this.amount[at] = this.objects.push(first, second) - 2;
  }

  /** The other value of an event that carries two. */
  second(at: number): unknown {
    return this.objects[this.amount[at] + 1];
  }

  value(at: number): unknown {
    if (this.tag[at] === none) return undefined;
    return this.tag[at] === number ? this.amount[at] : this.objects[this.amount[at]];
  }

  /** A value that is known to be a number: an index of a row. */
  index(at: number): number {
    return this.amount[at];
  }

  private grow(): void {
    const { kind, site, frame, tag, amount } = this;
    this.take(this.count * 2);
    this.kind.set(kind);
    this.site.set(site);
    this.frame.set(frame);
    this.tag.set(tag);
    this.amount.set(amount);
  }

  /** Empty columns, all in one piece of memory: each piece costs, where steps are short. */
  private take(size: number): void {
    const memory = new ArrayBuffer(18 * size);
    this.amount = new Float64Array(memory, 0, size);
    this.site = new Int32Array(memory, 8 * size, size);
    this.frame = new Int32Array(memory, 12 * size, size);
    this.kind = new Uint8Array(memory, 16 * size, size);
    this.tag = new Uint8Array(memory, 17 * size, size);
  }
}
