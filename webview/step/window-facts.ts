// What a convolution or pooling is, in a line: shapes, its filters and their weights, what a unit sees. Pure: knows no page.
import type { WindowPicture } from '../../engine/protocol';
import { grouped, parameterText, shapeText } from '../text';

export function windowFacts({ layer, bias }: WindowPicture): string {
  const { op, input, output, window, receptive } = layer;
  return [
    op,
    `${shapeText(input)} → ${shapeText(output)}`,
    `window ${window.join(' × ')}`,
    weightsText(layer, bias !== null),
    `one unit sees ${receptive.size.join(' × ')} of the first layer's input`,
  ].join(' · ');
}

/** Such as `10 filters of 5·5·3 = 75 weights + 1 bias: 760 parameters`. */
function weightsText(
  { parameters, output, window: [rows, columns] }: WindowPicture['layer'],
  biased: boolean,
): string {
  if (parameters === 0) return 'no parameters';
  const filters = output[1]!;
  const weights = parameters / filters - Number(biased);
  const depth = weights / (rows * columns);
  const each = `${rows}·${columns}·${depth} = ${grouped(weights)} weights${biased ? ' + 1 bias' : ''}`;
  return `${grouped(filters)} ${filters === 1 ? 'filter' : 'filters'} of ${each}: ${parameterText(parameters)}`;
}
