// What the model said: its outputs, and on demand what went on inside, layer by layer and head by head. Knows no input.
import type { LayerActivation, ProbeAnswer } from '../../engine/protocol';
import { element, isDark, setAttribute, setText } from '../dom';
import { drawHeatMap, scaleOf } from '../draw/heat-map';
import { Matrix } from '../draw/matrix';
import { layerText, precise, shapeText, short } from '../text';
import { fits } from './attention-numbers';
import { symbolName } from './probe-symbols';

const mostOutputs = 20;

export class AnswerView {
  private readonly list = element('ol', { class: 'outputs', 'aria-label': 'Output' });
  private readonly said = element('p', { class: 'value', role: 'status' });
  readonly root = element('div', {}, this.said, this.list);
  readonly inside = element('div', { class: 'inside-probe' });

  /** `tokens` are those of the input; `symbols` say what outputs over symbols stand for. */
  show(answer: ProbeAnswer, tokens: readonly string[], symbols: readonly string[]): void {
    const { shape, values } = answer;
    if (tokens.length > 0 && shape.length === 3) this.showSequence(answer, symbols);
    else this.showOutputs(Array.from(values));
    this.showInside(answer, tokens);
  }

  /** A symbol for each position of a sequence: the one with the largest output. */
  private showSequence({ shape, values }: ProbeAnswer, symbols: readonly string[]): void {
    const classes = shape.at(-1) ?? 1;
    const best = Array.from({ length: Math.floor(values.length / classes) }, (_, t) => {
      const row = values.subarray(t * classes, (t + 1) * classes);
      return symbolName(symbols, row.indexOf(Math.max(...row)));
    });
    setText(this.said, `Most likely at each place: ${best.join(' ')}`);
    this.list.hidden = true;
  }

  private showOutputs(values: readonly number[]): void {
    const shown = values.slice(0, mostOutputs);
    const best = shown.indexOf(Math.max(...shown));
    const [low, high] = [Math.min(...shown), Math.max(...shown)];
    const more =
      values.length > shown.length ? `, ${values.length - shown.length} more not shown` : '';
    setText(
      this.said,
      shown.length === 1
        ? `Says ${precise(shown[0]!)}`
        : `Says ${best}: output ${best} is the largest${more}`,
    );
    this.list.hidden = shown.length < 2;
    this.list.replaceChildren(
      ...shown.map((value, i) => {
        const meter = element('meter', {
          min: '0',
          max: '1',
          value: String((value - low) / (high - low || 1)),
          'aria-label': `output ${i}`,
        });
        return element(
          'li',
          { value: String(i), ...(i === best && { class: 'best' }) },
          meter,
          ` ${short(value)}`,
        );
      }),
    );
  }

  private showInside({ layers, attentions }: ProbeAnswer, tokens: readonly string[]): void {
    const looks = attentions.flatMap(({ name, heads }) =>
      heads.map((map, head) => {
        const matrix = new Matrix();
        matrix.show(map, {
          title: [name || 'attention', heads.length > 1 ? `head ${head}` : '']
            .filter(Boolean)
            .join(', '),
          most: 170,
          cell: 22,
          rowLabels: fits(tokens, map.height),
          columnLabels: fits(tokens, map.width),
        });
        return matrix.root;
      }),
    );
    this.inside.replaceChildren(
      ...(looks.length > 0
        ? [element('h3', {}, 'Where it looked'), element('div', { class: 'planes' }, ...looks)]
        : []),
      ...(layers.length > 0
        ? [
            element('h3', {}, 'What each layer put out'),
            element('ul', { class: 'layer-tiles' }, ...layers.map(tile)),
          ]
        : []),
    );
  }
}

function tile(layer: LayerActivation): HTMLElement {
  const { path, kind, heatMap, summary } = layer;
  const canvas = element('canvas', { role: 'img', 'aria-label': layerText(layer) });
  const scale = scaleOf(heatMap.values, isDark());
  const pixels = drawHeatMap(
    heatMap,
    scale,
    Math.max(1, Math.floor(128 / Math.max(heatMap.width, heatMap.height, 1))),
  );
  canvas.width = Math.max(1, pixels.width);
  canvas.height = Math.max(1, pixels.height);
  if (pixels.width * pixels.height > 0)
    canvas
      .getContext('2d')!
      .putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
  setAttribute(canvas, 'title', layerText(layer).replaceAll('; ', '\n'));
  return element(
    'li',
    {},
    element('b', {}, path === '' ? 'model' : path),
    element('span', {}, `${kind} ${shapeText(summary.shape)}`),
    canvas,
    element('span', {}, `${short(scale.low)} to ${short(scale.high)}`),
  );
}
