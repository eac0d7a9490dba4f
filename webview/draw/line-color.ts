// The colours of lines that are told apart by number. Knows no line.
import { themeColor } from '../dom';

/** After so many lines the colours come again. */
export const lineColors = [
  'charts-blue',
  'charts-orange',
  'charts-green',
  'charts-purple',
  'charts-red',
] as const;

export const lineColor = (i: number): string =>
  themeColor(lineColors[i % lineColors.length]!, 'foreground');
