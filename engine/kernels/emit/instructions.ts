// The instructions that the kernels use, each typed by what it takes and leaves. Knows no function.
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** Bytes and pieces of bytes, joined only when the module is whole: no piece is copied on the way. */
export type Code = readonly (number | Code)[];

/** Code that leaves one value of a type on the stack. */
export interface Value<T extends ValueType = ValueType> {
  readonly type: T;
  readonly code: Code;
}

/** An instruction that leaves nothing on the stack. */
export interface Effect {
  readonly code: Code;
}

/** An unsigned number in LEB128, the format's variable length. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const more = rest > 0x7f;
    bytes.push((rest % 128) + (more ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

type I32 = Value<'i32'>;
type V128 = Value<'v128'>;

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const low = Number(BigInt.asUintN(7, rest));
    rest >>= 7n;
    if ((rest === 0n && low < 64) || (rest === -1n && low >= 64)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

function unary<A extends ValueType, R extends ValueType>(opcode: readonly number[], type: R) {
  return (a: Value<A>): Value<R> => ({ type, code: [a.code, ...opcode] });
}

function binary<A extends ValueType, B extends ValueType, R extends ValueType>(
  opcode: readonly number[],
  type: R,
) {
  return (a: Value<A>, b: Value<B>): Value<R> => ({
    type,
    code: [a.code, b.code, ...opcode],
  });
}

const i32Binary = (opcode: number) => binary<'i32', 'i32', 'i32'>([opcode], 'i32');
const i64Binary = (opcode: number) => binary<'i64', 'i64', 'i64'>([opcode], 'i64');
const vectorUnary = (opcode: number) => unary<'v128', 'v128'>(simd(opcode), 'v128');
const vectorBinary = (opcode: number) => binary<'v128', 'v128', 'v128'>(simd(opcode), 'v128');
const vectorShift = (opcode: number) => binary<'v128', 'i32', 'v128'>(simd(opcode), 'v128');

/** Alignment is only a hint to the machine; 1 byte is always true. */
const at = (offset: number): number[] => [0, ...unsigned(offset)];

function load<R extends ValueType>(opcode: readonly number[], type: R) {
  return (address: I32, offset = 0): Value<R> => ({
    type,
    code: [address.code, ...opcode, ...at(offset)],
  });
}

function store<T extends ValueType>(opcode: readonly number[]) {
  return (address: I32, value: Value<T>, offset = 0): Effect => ({
    code: [address.code, value.code, ...opcode, ...at(offset)],
  });
}

function extract<R extends ValueType>(opcode: number, type: R) {
  return (vector: V128, lane: number): Value<R> => ({
    type,
    code: [vector.code, ...simd(opcode), lane],
  });
}

export const i32 = {
  const: (value: number): I32 => ({ type: 'i32', code: [0x41, ...signed(BigInt(value | 0))] }),
  load: load([0x28], 'i32'),
  load8: load([0x2d], 'i32'),
  store: store<'i32'>([0x36]),
  store8: store<'i32'>([0x3a]),
  eqz: unary<'i32', 'i32'>([0x45], 'i32'),
  eq: i32Binary(0x46),
  ltSigned: i32Binary(0x48),
  ltUnsigned: i32Binary(0x49),
  gtSigned: i32Binary(0x4a),
  leSigned: i32Binary(0x4c),
  geSigned: i32Binary(0x4e),
  geUnsigned: i32Binary(0x4f),
  add: i32Binary(0x6a),
  sub: i32Binary(0x6b),
  mul: i32Binary(0x6c),
  and: i32Binary(0x71),
  or: i32Binary(0x72),
  xor: i32Binary(0x73),
  shl: i32Binary(0x74),
  shrUnsigned: i32Binary(0x76),
  wrap: unary<'i64', 'i32'>([0xa7], 'i32'),
  select: (condition: I32, then: I32, otherwise: I32): I32 => ({
    type: 'i32',
    code: [then.code, otherwise.code, condition.code, 0x1b],
  }),
};

export const i64 = {
  const: (value: bigint): Value<'i64'> => ({ type: 'i64', code: [0x42, ...signed(value)] }),
  extendUnsigned: unary<'i32', 'i64'>([0xad], 'i64'),
  mul: i64Binary(0x7e),
  shrUnsigned: i64Binary(0x88),
};

export const f32 = {
  const: (value: number): Value<'f32'> => ({
    type: 'f32',
    code: [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  }),
  load: load([0x2a], 'f32'),
  store: store<'f32'>([0x38]),
  add: binary<'f32', 'f32', 'f32'>([0x92], 'f32'),
  gt: binary<'f32', 'f32', 'i32'>([0x5e], 'i32'),
  ne: binary<'f32', 'f32', 'i32'>([0x5c], 'i32'),
  demote: unary<'f64', 'f32'>([0xb6], 'f32'),
  select: (condition: I32, then: Value<'f32'>, otherwise: Value<'f32'>): Value<'f32'> => ({
    type: 'f32',
    code: [then.code, otherwise.code, condition.code, 0x1b],
  }),
};

export const f64 = {
  const: (value: number): Value<'f64'> => ({
    type: 'f64',
    code: [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  }),
  load: load([0x2b], 'f64'),
  store: store<'f64'>([0x39]),
  lt: binary<'f64', 'f64', 'i32'>([0x63], 'i32'),
  sqrt: unary<'f64', 'f64'>([0x9f], 'f64'),
  add: binary<'f64', 'f64', 'f64'>([0xa0], 'f64'),
  sub: binary<'f64', 'f64', 'f64'>([0xa1], 'f64'),
  mul: binary<'f64', 'f64', 'f64'>([0xa2], 'f64'),
  div: binary<'f64', 'f64', 'f64'>([0xa3], 'f64'),
  convertUnsigned: unary<'i32', 'f64'>([0xb8], 'f64'),
  promote: unary<'f32', 'f64'>([0xbb], 'f64'),
};

export const v128 = {
  load: load(simd(0x00), 'v128'),
  /** One 32-bit element in all lanes. */
  load32Splat: load(simd(0x09), 'v128'),
  /** One 32-bit element in the first lane, zeros in the others. */
  load32Zero: load(simd(0x5c), 'v128'),
  store: store<'v128'>(simd(0x0b)),
  /** The first lane alone. */
  store32: (address: I32, value: V128, offset = 0): Effect => ({
    code: [address.code, value.code, ...simd(0x5a), ...at(offset), 0],
  }),
  and: vectorBinary(0x4e),
  andNot: vectorBinary(0x4f),
  or: vectorBinary(0x50),
  xor: vectorBinary(0x51),
  /** `then` where the mask's bits are set, else `otherwise`. */
  select: (mask: V128, then: V128, otherwise: V128): V128 => ({
    type: 'v128',
    code: [then.code, otherwise.code, mask.code, ...simd(0x52)],
  }),
  /** Four 32-bit lanes, picked from the eight of a and b. */
  shuffle: (a: V128, b: V128, lanes: readonly [number, number, number, number]): V128 => ({
    type: 'v128',
    code: [
      a.code,
      b.code,
      ...simd(0x0d),
      ...lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
    ],
  }),
};

export const i32x4 = {
  splat: unary<'i32', 'v128'>(simd(0x11), 'v128'),
  extract: extract(0x1b, 'i32'),
  add: vectorBinary(0xae),
  sub: vectorBinary(0xb1),
  shl: vectorShift(0xab),
  shrSigned: vectorShift(0xac),
  shrUnsigned: vectorShift(0xad),
  narrowSigned: vectorBinary(0x85),
  extendLow16Unsigned: vectorUnary(0xa9),
};

export const i8x16 = {
  narrowUnsigned: vectorBinary(0x66),
  extendLowTo16: vectorUnary(0x89),
};

export const f32x4 = {
  splat: unary<'f32', 'v128'>(simd(0x13), 'v128'),
  extract: extract(0x1f, 'f32'),
  eq: vectorBinary(0x41),
  ne: vectorBinary(0x42),
  lt: vectorBinary(0x43),
  gt: vectorBinary(0x44),
  le: vectorBinary(0x45),
  ge: vectorBinary(0x46),
  abs: vectorUnary(0xe0),
  neg: vectorUnary(0xe1),
  sqrt: vectorUnary(0xe3),
  add: vectorBinary(0xe4),
  sub: vectorBinary(0xe5),
  mul: vectorBinary(0xe6),
  div: vectorBinary(0xe7),
  min: vectorBinary(0xe8),
  max: vectorBinary(0xe9),
  /** b where b < a, else a: one machine instruction, and a's NaN stays. */
  pseudoMin: vectorBinary(0xea),
  /** b where a < b, else a: one machine instruction, and a's NaN stays. */
  pseudoMax: vectorBinary(0xeb),
  convert: vectorUnary(0xfa),
  demote: vectorUnary(0x5e),
};

export const f64x2 = {
  splat: unary<'f64', 'v128'>(simd(0x14), 'v128'),
  extract: extract(0x21, 'f64'),
  add: vectorBinary(0xf0),
  sub: vectorBinary(0xf1),
  mul: vectorBinary(0xf2),
  /** The first two of four float32 lanes. */
  promoteLow: vectorUnary(0x5f),
};

export const memory = {
  copy: (to: I32, from: I32, bytes: I32): Effect => ({
    code: [to.code, from.code, bytes.code, 0xfc, 0x0a, 0x00, 0x00],
  }),
  fill: (to: I32, value: I32, bytes: I32): Effect => ({
    code: [to.code, value.code, bytes.code, 0xfc, 0x0b, 0x00],
  }),
};
