// The family of products: every tile with its packing, and many products in one call. Knows no tensor.
import type { Local, ModuleBuilder } from './emitter';
import { emitGemm, panelWidth, widePanelWidth } from './gemm';
import { i32, type Value } from './instructions';
import { emitPackColumns, emitPackRows } from './pack';

/** The products and the ways of packing, as `products` numbers them. */
export const productNames = [
  'gemm',
  'gemmRows',
  'gemmColumns',
  'gemmRowsWide',
  'gemmColumnsWide',
] as const;
export const packingNames = ['packRows', 'packColumns', 'packRowsWide', 'packColumnsWide'] as const;

/**
 * Packs and multiplies `count` times, each a, b and c a step behind the one before: `product` and `packing`
 * are numbers of names (−1: b is multiplied as it lies). A call from outside for each would take longer than a
 * small product itself.
 */
function emitProductsInTurn(module: ModuleBuilder): void {
  const own = { a: 'i32', aRow: 'i32', aK: 'i32', b: 'i32', bStride: 'i32' } as const;
  const rest = { panels: 'i32', bK: 'i32', bPanel: 'i32', c: 'i32', cRow: 'i32' } as const;
  const sizes = { m: 'i32', n: 'i32', k: 'i32', accumulate: 'i32' } as const;
  const turns = { count: 'i32', aStep: 'i32', bStep: 'i32', cStep: 'i32' } as const;
  const kinds = { product: 'i32', packing: 'i32' } as const;
  const signature = { ...own, ...rest, ...sizes, ...turns, ...kinds };
  module.function('products', signature, (body, p) => {
    const from = body.local('i32', p.panels);
    const oneOf = (names: readonly string[], which: Local<'i32'>, args: readonly Value[]): void =>
      names.forEach((name, i) =>
        body.if(i32.eq(which, i32.const(i)), () => body.do(module.call(name, ...args))),
      );
    body.times(p.count, (turn) => {
      body.if(i32.ltSigned(p.packing, i32.const(0)), () => body.set(from, p.b));
      // One b for all is packed once.
      body.if(i32.or(p.bStep, i32.eqz(turn)), () =>
        oneOf(packingNames, p.packing, [p.b, p.bStride, p.panels, p.bPanel, p.n, p.k]),
      );
      const where = [p.a, p.aRow, p.aK, from, p.bK, p.bPanel, p.c, p.cRow];
      oneOf(productNames, p.product, [...where, p.m, p.n, p.k, p.accumulate]);
      body.advance(p.a, p.aStep);
      body.advance(p.b, p.bStep);
      body.advance(p.c, p.cStep);
    });
  });
}

export function emitProducts(module: ModuleBuilder): void {
  const tails = { width: panelWidth, tails: true };
  emitGemm(module, 'gemm', { ...tails, rows: [4, 2, 1], dense: 'neither' });
  emitGemm(module, 'gemmRows', { ...tails, rows: [5, 2, 1], dense: 'rows' });
  emitGemm(module, 'gemmColumns', { ...tails, rows: [5, 2, 1], dense: 'columns' });
  emitPackRows(module, 'packRows', panelWidth);
  emitPackColumns(module, 'packColumns', panelWidth);
  // With twice the columns, for a V8 that computes on pairs of vectors; slower for any other.
  const whole = { width: widePanelWidth, tails: false };
  emitGemm(module, 'gemmRowsWide', { ...whole, rows: [5, 1], dense: 'rows' });
  emitGemm(module, 'gemmColumnsWide', { ...whole, rows: [5, 1], dense: 'columns' });
  emitPackRows(module, 'packRowsWide', widePanelWidth);
  emitPackColumns(module, 'packColumnsWide', widePanelWidth);
  emitProductsInTurn(module);
}
