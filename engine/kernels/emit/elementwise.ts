// Kernels on each element by itself, over rows of one or two operands. Knows no tensor.
import type { FunctionBody, Local, ModuleBuilder } from './emitter';
import { f32x4, i32, i32x4, i8x16, v128, type Value } from './instructions';
import * as math from './math';

type Address = Local<'i32'>;
type Combine = (a: Value<'v128'>, b: Value<'v128'>, body: FunctionBody) => Value<'v128'>;

export const arithmetic = {
  add: f32x4.add,
  sub: f32x4.sub,
  mul: f32x4.mul,
  div: f32x4.div,
  maximum: f32x4.max,
  minimum: f32x4.min,
} satisfies Record<string, Combine>;

export const comparisons = {
  eq: f32x4.eq,
  ne: f32x4.ne,
  gt: f32x4.gt,
  ge: f32x4.ge,
  lt: f32x4.lt,
  le: f32x4.le,
} satisfies Record<string, Combine>;

/** From the gradient of f(x) to that of x; the second operand is f(x), or x where the name says so. */
export const slopes = {
  tanhGrad: (g, y, body) => f32x4.mul(g, f32x4.sub(body.splat(1), f32x4.mul(y, y))),
  sigmoidGrad: (g, y, body) => f32x4.mul(g, f32x4.mul(y, f32x4.sub(body.splat(1), y))),
  reluGrad: (g, y, body) => v128.and(g, f32x4.gt(y, body.splat(0))),
  geluGrad: (g, x, body) => f32x4.mul(g, math.geluSlope(body, x)),
} satisfies Record<string, Combine>;

export const functions = {
  exp: math.exp,
  log: math.log,
  tanh: math.tanh,
  sigmoid: math.sigmoid,
  relu: math.relu,
  erf: math.erf,
  gelu: math.gelu,
  neg: (_, x) => f32x4.neg(x),
  abs: (_, x) => f32x4.abs(x),
  sqrt: (_, x) => f32x4.sqrt(x),
} satisfies Record<string, math.VectorFunction>;

/** How elements lie in memory: float32, or a byte that is 0 or 1. */
type Kind = 'float32' | 'bool';

const bytesOf: Record<Kind, number> = { float32: 4, bool: 1 };

/** Reads four elements, or one into the first lane, as float32. */
export function read(kind: Kind, address: Address, lanes: 1 | 4): Value<'v128'> {
  if (kind === 'float32') return lanes === 4 ? v128.load(address) : v128.load32Zero(address);
  const bytes = lanes === 4 ? v128.load32Zero(address) : i32x4.splat(i32.load8(address));
  return f32x4.convert(i32x4.extendLow16Unsigned(i8x16.extendLowTo16(bytes)));
}

/** Writes four elements, or the first lane alone; a bool comes as a mask. */
export function write(
  body: FunctionBody,
  kind: Kind,
  address: Address,
  value: Value<'v128'>,
  lanes: 1 | 4,
): void {
  if (kind === 'float32') {
    body.do(lanes === 4 ? v128.store(address, value) : v128.store32(address, value));
    return;
  }
  const words = v128.and(value, body.splatBits(1));
  const none = body.splatBits(0);
  const bytes = i8x16.narrowUnsigned(i32x4.narrowSigned(words, none), none);
  body.do(
    lanes === 4 ? v128.store32(address, bytes) : i32.store8(address, i32x4.extract(bytes, 0)),
  );
}

/** Runs `group` for four elements at a time, then for the rest one by one: the same code, so the same bits. */
export function inFours(
  body: FunctionBody,
  count: Local<'i32'>,
  group: (lanes: 1 | 4) => void,
): void {
  const left = body.local('i32', count);
  for (const lanes of [4, 1] as const) {
    body.while(i32.geSigned(left, i32.const(lanes)), () => {
      group(lanes);
      body.advance(left, -lanes);
    });
  }
}

interface Operands {
  /** Whether an operand moves along a row, or is the same all along it. */
  readonly moves: readonly [boolean, boolean];
  readonly kinds: readonly [Kind, Kind];
  readonly output: Kind;
}

/**
 * y[r, c] = a[r, c] ∘ b[r, c], with `rows` rows of `columns` elements. y is dense; a and b are `aRow`
 * and `bRow` bytes further on each row.
 */
function emitBinary(module: ModuleBuilder, name: string, combine: Combine, how: Operands): void {
  const signature = {
    a: 'i32',
    b: 'i32',
    y: 'i32',
    aRow: 'i32',
    bRow: 'i32',
    rows: 'i32',
    columns: 'i32',
  } as const;
  module.function(name, signature, (body, { a, b, y, aRow, bRow, rows, columns }) => {
    body.times(rows, () => {
      const operands = [a, b].map((start, k) => {
        if (how.moves[k]) {
          const address = body.local('i32', start);
          return { address, read: (lanes: 1 | 4) => read(how.kinds[k], address, lanes) };
        }
        const same = body.local('v128', v128.load32Splat(start));
        return { address: undefined, read: () => same };
      });
      inFours(body, columns, (lanes) => {
        const [left, right] = operands.map((operand) => operand.read(lanes));
        write(body, how.output, y, combine(left, right, body), lanes);
        operands.forEach(({ address }, k) => {
          if (address) body.advance(address, lanes * bytesOf[how.kinds[k]]);
        });
        body.advance(y, lanes * bytesOf[how.output]);
      });
      body.advance(a, aRow);
      body.advance(b, bRow);
    });
  });
}

/** y[r, c] = a[r, c] where the byte condition[r, c] is not 0, else b[r, c]; y is dense. */
function emitWhere(module: ModuleBuilder, name: string, moves: readonly [boolean, boolean]): void {
  const signature = {
    condition: 'i32',
    a: 'i32',
    b: 'i32',
    y: 'i32',
    conditionRow: 'i32',
    aRow: 'i32',
    bRow: 'i32',
    rows: 'i32',
    columns: 'i32',
  } as const;
  module.function(name, signature, (body, p) => {
    body.times(p.rows, () => {
      const condition = body.local('i32', p.condition);
      const operands = [p.a, p.b].map((start, k) => {
        if (!moves[k]) {
          const same = body.local('v128', v128.load32Splat(start));
          return { address: undefined, read: () => same };
        }
        const address = body.local('i32', start);
        return { address, read: (lanes: 1 | 4) => read('float32', address, lanes) };
      });
      inFours(body, p.columns, (lanes) => {
        const mask = f32x4.gt(read('bool', condition, lanes), body.splat(0));
        const [left, right] = operands.map((operand) => operand.read(lanes));
        write(body, 'float32', p.y, v128.select(mask, left, right), lanes);
        body.advance(condition, lanes);
        for (const { address } of operands) if (address) body.advance(address, 4 * lanes);
        body.advance(p.y, 4 * lanes);
      });
      body.advance(p.condition, p.conditionRow);
      body.advance(p.a, p.aRow);
      body.advance(p.b, p.bRow);
    });
  });
}

/** y[r, c] = f(x[r, c]); y is dense, x is `xRow` bytes further on each row. */
function emitUnary(module: ModuleBuilder, name: string, f: math.VectorFunction): void {
  const signature = { x: 'i32', y: 'i32', xRow: 'i32', rows: 'i32', columns: 'i32' } as const;
  module.function(name, signature, (body, { x, y, xRow, rows, columns }) => {
    body.times(rows, () => {
      const from = body.local('i32', x);
      inFours(body, columns, (lanes) => {
        write(body, 'float32', y, f(body, read('float32', from, lanes)), lanes);
        body.advance(from, 4 * lanes);
        body.advance(y, 4 * lanes);
      });
      body.advance(x, xRow);
    });
  });
}

/** Which operands move along a row, as the kernels' names say it. */
export const moving = { both: [true, true], left: [true, false], right: [false, true] } as const;
export type Moving = keyof typeof moving;

export function emitElementwise(module: ModuleBuilder): void {
  for (const [which, moves] of Object.entries(moving)) {
    const kinds = ['float32', 'float32'] as const;
    for (const [name, combine] of Object.entries(arithmetic)) {
      emitBinary(module, `${name}:${which}`, combine, { moves, kinds, output: 'float32' });
    }
    for (const [name, combine] of Object.entries(comparisons)) {
      emitBinary(module, `${name}:${which}`, combine, { moves, kinds, output: 'bool' });
    }
  }
  for (const [which, moves] of Object.entries(moving)) emitWhere(module, `where:${which}`, moves);
  // A mask times a gradient: how relu and its like pull back.
  emitBinary(module, 'mul:mask', f32x4.mul, {
    moves: moving.both,
    kinds: ['float32', 'bool'],
    output: 'float32',
  });
  for (const [name, combine] of Object.entries(slopes)) {
    const kinds = ['float32', 'float32'] as const;
    emitBinary(module, name, combine, { moves: moving.both, kinds, output: 'float32' });
  }
  for (const [name, f] of Object.entries(functions)) emitUnary(module, name, f);
}
