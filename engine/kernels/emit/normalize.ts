// Groups of elements brought to mean 0 and variance 1, and the gradient of that. Knows no tensor.
import type { FunctionBody, Local, ModuleBuilder } from './emitter';
import { f32, f32x4, f64, f64x2, i32, v128, type Value } from './instructions';

type V128 = Value<'v128'>;

/** A group: `rows` pieces of `columns` dense elements, `rowStep` bytes apart; groups lie `groupStep` apart. */
const groupSignature = {
  groups: 'i32',
  groupStep: 'i32',
  rows: 'i32',
  rowStep: 'i32',
  columns: 'i32',
  count: 'f64',
} as const;

interface Geometry {
  readonly rows: Local<'i32'>;
  readonly rowStep: Local<'i32'>;
  readonly columns: Local<'i32'>;
}

/** Walks a group in all operands at once: four elements as two pairs of doubles, then one by one. */
function walk(
  body: FunctionBody,
  { rows, rowStep, columns }: Geometry,
  starts: readonly Value<'i32'>[],
  four: (at: readonly Local<'i32'>[]) => void,
  one: (at: readonly Local<'i32'>[]) => void,
): void {
  const lines = starts.map((start) => body.local('i32', start));
  body.times(rows, () => {
    const at = lines.map((line) => body.local('i32', line));
    const left = body.local('i32', columns);
    body.while(i32.geSigned(left, i32.const(4)), () => {
      four(at);
      at.forEach((address) => body.advance(address, 16));
      body.advance(left, -4);
    });
    body.while(left, () => {
      one(at);
      at.forEach((address) => body.advance(address, 4));
      body.advance(left, -1);
    });
    lines.forEach((line) => body.advance(line, rowStep));
  });
}

/** Four float32 as two pairs of doubles. */
function pairs(body: FunctionBody, address: Local<'i32'>): [Local<'v128'>, Local<'v128'>] {
  const x = body.local('v128', v128.load(address));
  const high = v128.shuffle(x, x, [2, 3, 2, 3]);
  return [body.local('v128', f64x2.promoteLow(x)), body.local('v128', f64x2.promoteLow(high))];
}

const joined = ([low, high]: readonly [V128, V128]): V128 =>
  v128.shuffle(f32x4.demote(low), f32x4.demote(high), [0, 1, 4, 5]);

const scalar = (address: Local<'i32'>): Value<'f64'> => f64.promote(f32.load(address));

/** Sums of one or more quantities over a group, in double precision. */
function sums(
  body: FunctionBody,
  geometry: Geometry,
  starts: readonly Value<'i32'>[],
  of: {
    four: (at: readonly Local<'i32'>[]) => readonly [V128, V128][];
    one: (at: readonly Local<'i32'>[]) => readonly Value<'f64'>[];
  },
  count: number,
): Local<'f64'>[] {
  const zero = f64x2.splat(f64.const(0));
  const lanes = Array.from({ length: count }, () => body.local('v128', zero));
  const rest = Array.from({ length: count }, () => body.local('f64', f64.const(0)));
  walk(
    body,
    geometry,
    starts,
    (at) =>
      of.four(at).forEach((pair, k) => {
        for (const part of pair) body.set(lanes[k], f64x2.add(lanes[k], part));
      }),
    (at) => of.one(at).forEach((value, k) => body.set(rest[k], f64.add(rest[k], value))),
  );
  return lanes.map((lane, k) => {
    const both = f64.add(f64x2.extract(lane, 0), f64x2.extract(lane, 1));
    return body.local('f64', f64.add(both, rest[k]));
  });
}

/** 1 / √(variance + eps). */
const inverse = (variance: Value<'f64'>, eps: Value<'f64'>): Value<'f64'> =>
  f64.div(f64.const(1), f64.sqrt(f64.add(variance, eps)));

/** y = (x − mean) / √(variance + eps) for each group, with its mean and variance. */
function emitForward(module: ModuleBuilder): void {
  const signature = {
    x: 'i32',
    y: 'i32',
    mean: 'i32',
    variance: 'i32',
    ...groupSignature,
    eps: 'f64',
  } as const;
  module.function('standardize', signature, (body, p) => {
    body.times(p.groups, () => {
      const [sum] = sums(
        body,
        p,
        [p.x],
        { four: ([x]) => [pairs(body, x)], one: ([x]) => [scalar(x)] },
        1,
      );
      const mean = body.local('f64', f64.div(sum, p.count));
      const means = body.local('v128', f64x2.splat(mean));
      const away = (part: V128): Local<'v128'> => body.local('v128', f64x2.sub(part, means));
      const difference = body.local('f64');
      const [squares] = sums(
        body,
        p,
        [p.x],
        {
          four: ([x]) => {
            const [low, high] = pairs(body, x).map(away);
            return [[f64x2.mul(low, low), f64x2.mul(high, high)]];
          },
          one: ([x]) => {
            body.set(difference, f64.sub(scalar(x), mean));
            return [f64.mul(difference, difference)];
          },
        },
        1,
      );
      const variance = body.local('f64', f64.div(squares, p.count));
      body.do(f32.store(p.mean, f32.demote(mean)));
      body.do(f32.store(p.variance, f32.demote(variance)));
      const scale = body.local('f64', inverse(variance, p.eps));
      const scales = body.local('v128', f64x2.splat(scale));
      walk(
        body,
        p,
        [p.x, p.y],
        ([x, y]) => {
          const [low, high] = pairs(body, x).map((part) => f64x2.mul(away(part), scales));
          body.do(v128.store(y, joined([low, high])));
        },
        ([x, y]) => body.do(f32.store(y, f32.demote(f64.mul(f64.sub(scalar(x), mean), scale)))),
      );
      body.advance(p.x, p.groupStep);
      body.advance(p.y, p.groupStep);
      body.advance(p.mean, 4);
      body.advance(p.variance, 4);
    });
  });
}

/** dx = (g − mean(g) − y · mean(g · y)) / √(variance + eps) for each group. */
function emitGradient(module: ModuleBuilder): void {
  const signature = {
    g: 'i32',
    y: 'i32',
    variance: 'i32',
    dx: 'i32',
    ...groupSignature,
    eps: 'f64',
  } as const;
  module.function('standardizeGrad', signature, (body, p) => {
    body.times(p.groups, () => {
      const [ofOnes, ofValues] = sums(
        body,
        p,
        [p.g, p.y],
        {
          four: ([g, y]) => {
            const [gs, ys] = [pairs(body, g), pairs(body, y)];
            return [gs, [f64x2.mul(gs[0], ys[0]), f64x2.mul(gs[1], ys[1])]];
          },
          one: ([g, y]) => [scalar(g), f64.mul(scalar(g), scalar(y))],
        },
        2,
      );
      const a = body.local('f64', f64.div(ofOnes, p.count));
      const b = body.local('f64', f64.div(ofValues, p.count));
      const scale = body.local('f64', inverse(f64.promote(f32.load(p.variance)), p.eps));
      const [as, bs, scales] = [a, b, scale].map((value) => body.local('v128', f64x2.splat(value)));
      walk(
        body,
        p,
        [p.g, p.y, p.dx],
        ([g, y, dx]) => {
          const [gs, ys] = [pairs(body, g), pairs(body, y)];
          const [low, high] = [0, 1].map((k) =>
            f64x2.mul(f64x2.sub(f64x2.sub(gs[k], as), f64x2.mul(ys[k], bs)), scales),
          );
          body.do(v128.store(dx, joined([low, high])));
        },
        ([g, y, dx]) => {
          const centred = f64.sub(f64.sub(scalar(g), a), f64.mul(scalar(y), b));
          body.do(f32.store(dx, f32.demote(f64.mul(centred, scale))));
        },
      );
      for (const address of [p.g, p.y, p.dx]) body.advance(address, p.groupStep);
      body.advance(p.variance, 4);
    });
  });
}

export function emitNormalization(module: ModuleBuilder): void {
  emitForward(module);
  emitGradient(module);
}
