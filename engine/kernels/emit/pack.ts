// Copies a right matrix into panels, as the products read it. Knows no product.
import type { Local, ModuleBuilder } from './emitter';
import { transpose } from './gemm';
import { i32, v128, type Value } from './instructions';

type Address = Value<'i32'>;

const packSignature = {
  b: 'i32',
  stride: 'i32',
  to: 'i32',
  panel: 'i32',
  n: 'i32',
  k: 'i32',
} as const;

/** Copies b[k, n], whose rows are dense and `stride` bytes apart, into panels of `width` columns. */
export function emitPackRows(module: ModuleBuilder, name: string, width: number): void {
  const panelBytes = 4 * width;
  module.function(name, packSignature, (body, { b, stride, to, panel, n, k }) => {
    body.times(
      n,
      () => {
        const from = body.local('i32', b);
        const at = body.local('i32', to);
        body.times(k, () => {
          const row = Array.from({ length: width / 4 }, (_, i) =>
            body.local('v128', v128.load(from, 16 * i)),
          );
          row.forEach((four, i) => body.do(v128.store(at, four, 16 * i)));
          body.advance(from, stride);
          body.advance(at, panelBytes);
        });
        body.advance(b, panelBytes);
        body.advance(to, panel);
      },
      width,
    );
  });
}

/** The same for b whose columns are dense and `stride` bytes apart; missing columns repeat the last. */
export function emitPackColumns(module: ModuleBuilder, name: string, width: number): void {
  const panelBytes = 4 * width;
  module.function(name, packSignature, (body, { b, stride, to, panel, n, k }) => {
    const last = body.local('i32', i32.add(b, i32.mul(i32.sub(n, i32.const(1)), stride)));
    const at = body.local('i32');
    const column = body.local('i32', b);
    const clamp = (address: Address): Address =>
      i32.select(i32.ltUnsigned(address, last), address, last);
    body.times(
      n,
      () => {
        for (let part = 0; part < width / 4; part++) {
          const columns: Local<'i32'>[] = [];
          for (let i = 0; i < 4; i++) {
            columns.push(body.local('i32', clamp(column)));
            body.advance(column, stride);
          }
          body.set(at, i32.add(to, i32.const(16 * part)));
          const left = body.local('i32', k);
          body.while(i32.geSigned(left, i32.const(4)), () => {
            const rows = transpose(
              body,
              columns.map((address) => v128.load(address)),
            );
            rows.forEach((row, i) => body.do(v128.store(at, row, panelBytes * i)));
            columns.forEach((address) => body.advance(address, 16));
            body.advance(at, 4 * panelBytes);
            body.advance(left, -4);
          });
          body.while(left, () => {
            columns.forEach((address, i) => {
              body.do(i32.store(at, i32.load(address), 4 * i));
              body.advance(address, 4);
            });
            body.advance(at, panelBytes);
            body.advance(left, -1);
          });
        }
        body.advance(to, panel);
      },
      width,
    );
  });
}
