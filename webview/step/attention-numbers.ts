// One query against all keys in numbers, and every stage of an attention as a picture. Knows no cursor.
import type { AttentionPicture, HeatMap } from '../../engine/protocol';
import { element } from '../dom';
import { Matrix } from '../draw/matrix';
import { precise, short } from '../text';

export interface TokenLabels {
  readonly rowLabels: string[];
  readonly columnLabels: string[];
}

/** Labels only where each row or column is one token. */
export const fits = (tokens: readonly string[], count: number): string[] =>
  tokens.length === count ? tokens.map(visible) : [];

/** A blank would not be seen. */
export const visible = (token: string): string =>
  token === ' ' ? '␣' : token === '\n' ? '⏎' : token;

const mostShown = 8;

/** How one query comes to its weight for one key: the lines of the derivation. */
export function stepsOf(
  { raw, scaled, masked, weights, v, output, q, k, queryTokens, keyTokens, site }: AttentionPicture,
  [t, s]: readonly [number, number],
): HTMLElement[] {
  const rowOf = (map: HeatMap, row: number): number[] => [
    ...map.values.subarray(row * map.width, (row + 1) * map.width),
  ];
  const list = (values: number[], text = short): string =>
    `[${values.slice(0, mostShown).map(text).join(', ')}${values.length > mostShown ? ', …' : ''}]`;
  const cell = (map: HeatMap): string => precise(map.values[t * map.width + s] ?? NaN);
  const [from, to] = [queryTokens[t] ?? String(t), keyTokens[s] ?? String(s)].map(visible);
  const lines: [string, string][] = [];
  if (q && k) lines.push(['q · k', `${list(rowOf(q, t))} · ${list(rowOf(k, s))} = ${cell(raw)}`]);
  else lines.push(['score', cell(raw)]);
  if (site.scale !== 1)
    lines.push(['scaled', `${cell(raw)} · ${precise(site.scale)} = ${cell(scaled)}`]);
  if (site.masked) {
    const same = cell(masked) === cell(scaled);
    lines.push([
      'masked',
      same ? 'may be seen, stays' : `hidden: ${cell(scaled)} → ${cell(masked)}`,
    ]);
  }
  lines.push(
    ['softmax', `exp(${cell(masked)}) / Σ exp = ${cell(weights)}`],
    ['all weights', list(rowOf(weights, t), precise)],
    ['value', `${to}: ${list(rowOf(v, s))}`],
    ['output', `Σ weight · value = ${list(rowOf(output, t), precise)}`],
  );
  return [
    element('h3', {}, `${from} looks at ${to}`),
    element(
      'dl',
      {},
      ...lines.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)]),
    ),
  ];
}

/** Scores before and after scale and mask, queries, keys, values, output. */
export function stagesOf(shown: AttentionPicture, labels: TokenLabels): HTMLElement[] {
  const { raw, scaled, masked, q, k, v, output, keyTokens, queryTokens, site } = shown;
  const matrices: [string, HeatMap | null, object][] = [
    [q ? 'q · kᵀ' : 'scores', raw, labels],
    ['scaled', site.scale === 1 ? null : scaled, labels],
    ['masked', site.masked ? masked : null, labels],
    ['queries', q, { rowLabels: fits(queryTokens, q?.height ?? 0) }],
    ['keys', k, { rowLabels: fits(keyTokens, k?.height ?? 0) }],
    ['values', v, { rowLabels: fits(keyTokens, v.height) }],
    ['output', output, { rowLabels: fits(queryTokens, output.height) }],
  ];
  return matrices.flatMap(([title, map, options]) => {
    if (map === null) return [];
    const matrix = new Matrix();
    matrix.show(map, { title, ...options, most: 240, cell: 38 });
    return [matrix.root];
  });
}
