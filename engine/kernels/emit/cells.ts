// One time step of gated recurrent cells and its gradient, all gates in one pass. Knows no tensor.
import type { FunctionBody, Local, ModuleBuilder } from './emitter';
import { inFours, read, write } from './elementwise';
import { f32x4, i32, type Value } from './instructions';
import { sigmoid, tanh } from './math';

type V128 = Value<'v128'>;
type Lanes = 1 | 4;
const { add, sub, mul } = f32x4;

/** Rows of a state; each address walks on by itself as rows end. */
class Rows {
  constructor(
    private readonly body: FunctionBody,
    private readonly size: Local<'i32'>,
  ) {}

  /** Runs `cell` for every four elements, or one, of `rows` rows; `advance` lists what lies dense. */
  each(
    rows: Local<'i32'>,
    strided: readonly { at: Local<'i32'>; step: Local<'i32'> }[],
    dense: readonly Local<'i32'>[],
    cell: (lanes: Lanes, at: readonly Local<'i32'>[]) => void,
  ): void {
    const { body } = this;
    body.times(rows, () => {
      const at = strided.map((operand) => body.local('i32', operand.at));
      inFours(body, this.size, (lanes) => {
        cell(lanes, at);
        for (const address of [...at, ...dense]) body.advance(address, 4 * lanes);
      });
      for (const { at: start, step } of strided) body.advance(start, step);
    });
  }

  /** The element of gate `index` beside this one; gates lie `size` elements apart. */
  gate(at: Local<'i32'>, index: number, lanes: Lanes): V128 {
    return read('float32', this.gateAddress(at, index), lanes);
  }

  gateAddress(at: Local<'i32'>, index: number): Local<'i32'> {
    const offset = i32.mul(this.size, i32.const(4 * index));
    return this.body.local('i32', i32.add(at, offset));
  }
}

const stored = (body: FunctionBody, at: Local<'i32'>, value: V128, lanes: Lanes): void =>
  write(body, 'float32', at, value, lanes);

/** σ'(y) = y · (1 − y) and tanh'(y) = 1 − y², from their values. */
const sigmoidSlope = (body: FunctionBody, y: V128): V128 => mul(y, sub(body.splat(1), y));
const tanhSlope = (body: FunctionBody, y: V128): V128 => sub(body.splat(1), mul(y, y));

/** i, f, o = σ(…), g = tanh(…), c' = f · c + i · g, h' = o · tanh(c'). */
function emitLSTM(module: ModuleBuilder): void {
  const names = ['x', 'xRow', 'y', 'yRow', 'c', 'cRow', 'h', 'next', 'i', 'f', 'g', 'o'] as const;
  module.function('lstmCell', addresses([...names, 'rows', 'size']), (body, p) => {
    const rows = new Rows(body, p.size);
    const gates = [p.i, p.f, p.g, p.o];
    const strided = [
      { at: p.x, step: p.xRow },
      { at: p.y, step: p.yRow },
      { at: p.c, step: p.cRow },
    ];
    rows.each(p.rows, strided, [p.h, p.next, ...gates], (lanes, [x, y, c]) => {
      const [i, f, g, o] = gates.map((gate, k) => {
        const sum = body.local('v128', add(rows.gate(x, k, lanes), rows.gate(y, k, lanes)));
        const value = body.local('v128', (k === 2 ? tanh : sigmoid)(body, sum));
        stored(body, gate, value, lanes);
        return value;
      });
      const kept = add(mul(f, read('float32', c, lanes)), mul(i, g));
      const next = body.local('v128', kept);
      stored(body, p.next, next, lanes);
      stored(body, p.h, mul(o, tanh(body, next)), lanes);
    });
  });
}

/** The gradients of the gates' sums, side by side in `gates`, and of the old cell state. */
function emitLSTMGradient(module: ModuleBuilder): void {
  const dense = ['ofH', 'ofC', 'next', 'i', 'f', 'g', 'o', 'dc'] as const;
  const signature = addresses([...dense, 'c', 'cRow', 'gates', 'gatesRow', 'rows', 'size']);
  module.function('lstmCellGrad', signature, (body, p) => {
    const rows = new Rows(body, p.size);
    const strided = [
      { at: p.c, step: p.cRow },
      { at: p.gates, step: p.gatesRow },
    ];
    rows.each(
      p.rows,
      strided,
      dense.map((name) => p[name]),
      (lanes, [c, gates]) => {
        const value = (at: Local<'i32'>): Local<'v128'> =>
          body.local('v128', read('float32', at, lanes));
        const [ofH, i, f, g, o] = [p.ofH, p.i, p.f, p.g, p.o].map(value);
        const shown = body.local('v128', tanh(body, value(p.next)));
        const through = mul(mul(ofH, o), tanhSlope(body, shown));
        const cell = body.local('v128', add(value(p.ofC), through));
        const of = [
          mul(mul(cell, g), sigmoidSlope(body, i)),
          mul(mul(cell, value(c)), sigmoidSlope(body, f)),
          mul(mul(cell, i), tanhSlope(body, g)),
          mul(mul(ofH, shown), sigmoidSlope(body, o)),
        ];
        of.forEach((gradient, k) => stored(body, rows.gateAddress(gates, k), gradient, lanes));
        stored(body, p.dc, mul(cell, f), lanes);
      },
    );
  });
}

/** r, z = σ(…), n = tanh(x_n + r · y_n), h' = (1 − z) · n + z · h. */
function emitGRU(module: ModuleBuilder): void {
  const names = ['x', 'xRow', 'y', 'yRow', 'h', 'hRow', 'next', 'r', 'z', 'n'] as const;
  module.function('gruCell', addresses([...names, 'rows', 'size']), (body, p) => {
    const rows = new Rows(body, p.size);
    const strided = [
      { at: p.x, step: p.xRow },
      { at: p.y, step: p.yRow },
      { at: p.h, step: p.hRow },
    ];
    rows.each(p.rows, strided, [p.next, p.r, p.z, p.n], (lanes, [x, y, h]) => {
      const [r, z] = [p.r, p.z].map((gate, k) => {
        const sum = body.local('v128', add(rows.gate(x, k, lanes), rows.gate(y, k, lanes)));
        const value = body.local('v128', sigmoid(body, sum));
        stored(body, gate, value, lanes);
        return value;
      });
      const drive = add(rows.gate(x, 2, lanes), mul(r, rows.gate(y, 2, lanes)));
      const n = body.local('v128', tanh(body, body.local('v128', drive)));
      stored(body, p.n, n, lanes);
      const mixed = add(mul(sub(body.splat(1), z), n), mul(z, read('float32', h, lanes)));
      stored(body, p.next, mixed, lanes);
    });
  });
}

/** The gradients of both sides of the gates' sums, and of the old state. */
function emitGRUGradient(module: ModuleBuilder): void {
  const dense = ['ofH', 'r', 'z', 'n', 'dh'] as const;
  const rest = ['y', 'yRow', 'h', 'hRow', 'ofX', 'ofY', 'gatesRow', 'rows', 'size'] as const;
  module.function('gruCellGrad', addresses([...dense, ...rest]), (body, p) => {
    const rows = new Rows(body, p.size);
    const strided = [
      { at: p.y, step: p.yRow },
      { at: p.h, step: p.hRow },
      { at: p.ofX, step: p.gatesRow },
      { at: p.ofY, step: p.gatesRow },
    ];
    rows.each(
      p.rows,
      strided,
      dense.map((name) => p[name]),
      (lanes, [y, h, ofX, ofY]) => {
        const value = (at: Local<'i32'>): Local<'v128'> =>
          body.local('v128', read('float32', at, lanes));
        const [ofH, r, z, n] = [p.ofH, p.r, p.z, p.n].map(value);
        const toN = mul(mul(ofH, sub(body.splat(1), z)), tanhSlope(body, n));
        const ofN = body.local('v128', toN);
        const ofR = mul(mul(ofN, rows.gate(y, 2, lanes)), sigmoidSlope(body, r));
        const ofZ = mul(mul(ofH, sub(value(h), n)), sigmoidSlope(body, z));
        const first = [ofR, ofZ].map((gradient) => body.local('v128', gradient));
        const store = (to: Local<'i32'>, gradients: readonly V128[]): void =>
          gradients.forEach((gradient, k) =>
            stored(body, rows.gateAddress(to, k), gradient, lanes),
          );
        store(ofX, [...first, ofN]);
        store(ofY, [...first, mul(ofN, r)]);
        stored(body, p.dh, mul(ofH, z), lanes);
      },
    );
  });
}

/** A signature of addresses and counts alone. */
function addresses<Name extends string>(names: readonly Name[]): Record<Name, 'i32'> {
  return Object.fromEntries(names.map((name) => [name, 'i32'])) as Record<Name, 'i32'>;
}

export function emitCells(module: ModuleBuilder): void {
  emitLSTM(module);
  emitLSTMGradient(module);
  emitGRU(module);
  emitGRUGradient(module);
}
