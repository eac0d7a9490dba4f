// Update rules, and random masks from Philox counters. Knows no tensor.
import type { FunctionBody, Local, ModuleBuilder } from './emitter';
import { f32, f32x4, f64, i32, i64, v128, type Value } from './instructions';

type V128 = Value<'v128'>;
const { add, sub, mul, div } = f32x4;

/** Visits elements four at a time, then the rest one by one with the same code. */
function each(
  body: FunctionBody,
  count: Local<'i32'>,
  addresses: readonly Local<'i32'>[],
  visit: (
    load: (at: Local<'i32'>) => Local<'v128'>,
    store: (at: Local<'i32'>, value: V128) => void,
  ) => void,
): void {
  for (const lanes of [4, 1]) {
    body.while(i32.geSigned(count, i32.const(lanes)), () => {
      visit(
        (at) => body.local('v128', lanes === 4 ? v128.load(at) : v128.load32Zero(at)),
        (at, value) => body.do(lanes === 4 ? v128.store(at, value) : v128.store32(at, value)),
      );
      addresses.forEach((at) => body.advance(at, 4 * lanes));
      body.advance(count, -lanes);
    });
  }
}

const splat = (body: FunctionBody, value: Local<'f32'>): Local<'v128'> =>
  body.local('v128', f32x4.splat(value));

/** d = sign·g + decay·p; b = keep·b + take·d; p −= lr · (lookahead·b + direct·d). */
function emitSGD(module: ModuleBuilder): void {
  const plain = { p: 'i32', g: 'i32', count: 'i32', sign: 'f32', decay: 'f32', lr: 'f32' } as const;
  module.function('sgd', plain, (body, { p, g, count, sign, decay, lr }) => {
    const [s, w, rate] = [sign, decay, lr].map((value) => splat(body, value));
    each(body, count, [p, g], (load, store) => {
      const old = load(p);
      store(p, sub(old, mul(rate, add(mul(s, load(g)), mul(w, old)))));
    });
  });
  const momentum = {
    ...plain,
    b: 'i32',
    keep: 'f32',
    take: 'f32',
    lookahead: 'f32',
    direct: 'f32',
  } as const;
  module.function('sgdMomentum', momentum, (body, a) => {
    const [s, w, rate] = [a.sign, a.decay, a.lr].map((value) => splat(body, value));
    const [keep, take] = [a.keep, a.take].map((value) => splat(body, value));
    const [lookahead, direct] = [a.lookahead, a.direct].map((value) => splat(body, value));
    each(body, a.count, [a.p, a.g, a.b], (load, store) => {
      const old = load(a.p);
      const d = body.local('v128', add(mul(s, load(a.g)), mul(w, old)));
      const buffer = body.local('v128', add(mul(keep, load(a.b)), mul(take, d)));
      store(a.b, buffer);
      const step = add(mul(lookahead, buffer), mul(direct, d));
      store(a.p, sub(old, mul(rate, step)));
    });
  });
}

/** Adam: m and v move towards d and d², then p = keep·p − size·m / (√v / correction + eps). */
function emitAdam(module: ModuleBuilder): void {
  const signature = {
    p: 'i32',
    g: 'i32',
    m: 'i32',
    v: 'i32',
    count: 'i32',
    sign: 'f32',
    decay: 'f32',
    beta1: 'f32',
    rest1: 'f32',
    beta2: 'f32',
    rest2: 'f32',
    keep: 'f32',
    size: 'f32',
    correction: 'f32',
    eps: 'f32',
  } as const;
  module.function('adam', signature, (body, a) => {
    const of = (value: Local<'f32'>): Local<'v128'> => splat(body, value);
    const [sign, decay, keep, size] = [of(a.sign), of(a.decay), of(a.keep), of(a.size)];
    const [beta1, rest1, beta2, rest2] = [of(a.beta1), of(a.rest1), of(a.beta2), of(a.rest2)];
    const [correction, eps] = [of(a.correction), of(a.eps)];
    each(body, a.count, [a.p, a.g, a.m, a.v], (load, store) => {
      const old = load(a.p);
      const d = body.local('v128', add(mul(sign, load(a.g)), mul(decay, old)));
      const mean = body.local('v128', add(mul(beta1, load(a.m)), mul(rest1, d)));
      const square = body.local('v128', add(mul(beta2, load(a.v)), mul(mul(rest2, d), d)));
      store(a.m, mean);
      store(a.v, square);
      const below = add(div(f32x4.sqrt(square), correction), eps);
      store(a.p, sub(mul(keep, old), div(mul(size, mean), below)));
    });
  });
}

/** y[i] = 0 where the i-th uniform number of a Philox4x32-10 stream is below p, else scale. */
function emitMask(module: ModuleBuilder): void {
  const signature = {
    y: 'i32',
    count: 'i32',
    draw: 'i32',
    step: 'i32',
    key0: 'i32',
    key1: 'i32',
    p: 'f64',
    scale: 'f32',
  } as const;
  module.function('randomMask', signature, (body, a) => {
    const c = [0, 1, 2, 3].map(() => body.local('i32'));
    const [k0, k1] = [body.local('i32'), body.local('i32')];
    const products = [body.local('i64'), body.local('i64')];
    const high = (x: Local<'i64'>) => i32.wrap(i64.shrUnsigned(x, i64.const(32n)));
    const left = body.local('i32', a.count);
    body.times(i32.shrUnsigned(i32.add(a.count, i32.const(3)), i32.const(2)), (block) => {
      [block, a.draw, a.step, i32.const(0)].forEach((word, i) => body.set(c[i], word));
      body.set(k0, a.key0);
      body.set(k1, a.key1);
      body.times(i32.const(10), () => {
        [0xd2511f53n, 0xcd9e8d57n].forEach((factor, i) => {
          const word = i64.extendUnsigned(c[2 * i]);
          body.set(products[i], i64.mul(i64.const(factor), word));
        });
        body.set(c[0], i32.xor(i32.xor(high(products[1]), c[1]), k0));
        body.set(c[1], i32.wrap(products[1]));
        body.set(c[2], i32.xor(i32.xor(high(products[0]), c[3]), k1));
        body.set(c[3], i32.wrap(products[0]));
        body.advance(k0, 0x9e3779b9);
        body.advance(k1, 0xbb67ae85);
      });
      c.forEach((word) => {
        body.if(i32.gtSigned(left, i32.const(0)), () => {
          const bits = f64.convertUnsigned(i32.shrUnsigned(word, i32.const(8)));
          const uniform = f64.mul(bits, f64.const(2 ** -24));
          body.do(f32.store(a.y, f32.select(f64.lt(uniform, a.p), f32.const(0), a.scale)));
          body.advance(a.y, 4);
          body.advance(left, -1);
        });
      });
    });
  });
}

export function emitUpdates(module: ModuleBuilder): void {
  emitSGD(module);
  emitAdam(module);
  emitMask(module);
}
