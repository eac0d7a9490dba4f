// Arcs beside the cards of a graph, where data skips over what stands between. Knows no tensor.
import type { LayerGraph } from '../../engine/protocol';
import type { Card } from './layers';

const gutter = 44;
const mostArcs = 400;

/** Neighbours need no line; all else gets an arc at the left, the wider the farther it reaches. */
export function drawEdges(
  svg: SVGElement,
  graph: LayerGraph,
  cards: ReadonlyMap<number, Card>,
): void {
  const area = svg.parentElement;
  if (area === null) return;
  const order = new Map(graph.nodes.map(({ id }, i) => [id, i]));
  const origin = area.getBoundingClientRect();
  const middle = (id: number): number => {
    const box = cards.get(id)!.head.getBoundingClientRect();
    return box.top - origin.top + box.height / 2;
  };
  const arcs = graph.edges
    .filter(([from, to]) => Math.abs(order.get(to)! - order.get(from)!) > 1)
    .slice(0, mostArcs)
    .map(([from, to]) => {
      const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      const [a, b] = [middle(from), middle(to)];
      const reach = gutter - Math.min(gutter - 4, 8 + Math.abs(b - a) / 9);
      path.setAttribute('d', `M${gutter} ${a} C${reach} ${a} ${reach} ${b} ${gutter} ${b}`);
      path.setAttribute('class', from < to ? 'edge' : 'edge back');
      return path;
    });
  svg.setAttribute('height', String(area.scrollHeight));
  svg.setAttribute('width', String(gutter + 6));
  svg.replaceChildren(...arcs);
}
