// The emitter against an independent implementation of the format.
import assert from 'node:assert/strict';
import createWabt from 'wabt';
import { ModuleBuilder } from '../../../engine/kernels/emit/emitter';
import { i32, v128, f32x4 } from '../../../engine/kernels/emit/instructions';
import { libraryBytes } from '../../../engine/kernels/emit/library';
import { instantiate } from '../../../engine/kernels/library';
import built from '../../../engine/kernels/library.wasm';

const features = { readDebugNames: false, threads: true, simd: true, bulk_memory: true };

describe('WebAssembly emitter', () => {
  it('writes what the text format says', async () => {
    const module = new ModuleBuilder();
    module.function('double', { x: 'i32', n: 'i32' }, (body, { x, n }) => {
      body.times(n, () => {
        const value = body.local('v128', v128.load(x));
        body.do(v128.store(x, f32x4.add(value, value)));
        body.advance(x, 16);
      });
      return i32.mul(n, i32.const(-300));
    });
    const wabt = await createWabt();
    const read = wabt.readWasm(module.bytes(), features);
    const text = read.toText({ foldExprs: true, inlineExport: true });
    assert.match(text, /\(import "engine" "memory" \(memory \(;0;\) 1 65536 shared\)\)/);
    assert.match(text, /\(func \(;0;\) \(export "double"\) \(type 0\)/);
    assert.match(text, /f32x4\.add/);
    assert.match(text, /\(i32\.mul\s+\(local\.get 1\)\s+\(i32\.const -300\)\)/);
    read.destroy();
  });

  it('writes a library that an independent validator accepts', async () => {
    const wabt = await createWabt();
    const bytes = libraryBytes();
    const module = wabt.readWasm(bytes, features);
    // The package's types leave out that validation takes the features, too.
    (module as unknown as { validate: (features: object) => void }).validate(features);
    module.destroy();
    assert.ok(bytes.length < 60 * 1024, `${bytes.length} bytes`);
    assert.deepEqual(built, bytes);
  });

  it('runs loops and keeps constants out of them', () => {
    const module = new ModuleBuilder();
    module.function('sum', { n: 'i32' }, (body, { n }) => {
      const sum = body.local('i32', i32.const(0));
      body.times(n, (i) => body.advance(sum, i));
      return sum;
    });
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
    const { sum } = instantiate(module.bytes(), memory);
    assert.equal(sum(0), 0);
    assert.equal(sum(10), 45);
  });
});
