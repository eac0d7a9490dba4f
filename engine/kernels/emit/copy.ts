// Copies of matrices of 4-byte elements from layout to layout. Knows no tensor.
import type { Local, ModuleBuilder } from './emitter';
import { transpose } from './gemm';
import { i32, v128 } from './instructions';

/** Copies a matrix of 4-byte elements between any strides (in bytes). */
function emitCopy(module: ModuleBuilder): void {
  const signature = {
    from: 'i32',
    fromRow: 'i32',
    fromColumn: 'i32',
    to: 'i32',
    toRow: 'i32',
    toColumn: 'i32',
    rows: 'i32',
    columns: 'i32',
  } as const;
  module.function('copy', signature, (body, p) => {
    const dense = i32.and(i32.eq(p.fromColumn, i32.const(4)), i32.eq(p.toColumn, i32.const(4)));
    body.times(p.rows, () => {
      const from = body.local('i32', p.from);
      const to = body.local('i32', p.to);
      const left = body.local('i32', p.columns);
      body.if(dense, () => {
        body.while(i32.geSigned(left, i32.const(4)), () => {
          body.do(v128.store(to, v128.load(from)));
          body.advance(from, 16);
          body.advance(to, 16);
          body.advance(left, -4);
        });
      });
      body.while(left, () => {
        body.do(i32.store(to, i32.load(from)));
        body.advance(from, p.fromColumn);
        body.advance(to, p.toColumn);
        body.advance(left, -1);
      });
      body.advance(p.from, p.fromRow);
      body.advance(p.to, p.toRow);
    });
  });
}

/**
 * The same where neighbours in a column lie side by side in `from`, and in a row in `to`: four by four at
 * a time, then what is left one by one.
 */
function emitCopyTransposed(module: ModuleBuilder): void {
  const signature = {
    from: 'i32',
    fromColumn: 'i32',
    to: 'i32',
    toRow: 'i32',
    rows: 'i32',
    columns: 'i32',
  } as const;
  module.function('copyTransposed', signature, (body, p) => {
    const left = body.local('i32', p.columns);
    const block = (width: 1 | 4): void => {
      const columns: Local<'i32'>[] = [];
      for (let i = 0; i < width; i++) {
        columns.push(body.local('i32', i === 0 ? p.from : i32.add(columns[i - 1], p.fromColumn)));
      }
      const to = body.local('i32', p.to);
      const rows = body.local('i32', p.rows);
      if (width === 4) {
        body.while(i32.geSigned(rows, i32.const(4)), () => {
          const lines = transpose(
            body,
            columns.map((column) => v128.load(column)),
          );
          for (const line of lines) {
            body.do(v128.store(to, line));
            body.advance(to, p.toRow);
          }
          columns.forEach((column) => body.advance(column, 16));
          body.advance(rows, -4);
        });
      }
      body.while(rows, () => {
        columns.forEach((column, i) => {
          body.do(i32.store(to, i32.load(column), 4 * i));
          body.advance(column, 4);
        });
        body.advance(to, p.toRow);
        body.advance(rows, -1);
      });
      body.advance(p.from, i32.mul(p.fromColumn, i32.const(width)));
      body.advance(p.to, 4 * width);
      body.advance(left, -width);
    };
    for (const width of [4, 1] as const)
      body.while(i32.geSigned(left, i32.const(width)), () => block(width));
  });
}

export function emitCopies(module: ModuleBuilder): void {
  emitCopy(module);
  emitCopyTransposed(module);
}
