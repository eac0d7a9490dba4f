// Numbers as short text, for places where every character counts.

/** Three significant digits; `0.21`, `1.23e-5`, `12400`, `NaN`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞');
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}
