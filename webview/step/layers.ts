// The model as a graph: a card for each module and op, with what it put out and the gradient that came back.
import type { LayerGraph, LayerNode, LayerState, Picture, Summary } from '../../engine/protocol';
import { checkbox } from '../controls';
import { element, setAttribute, setText } from '../dom';
import { grouped, iterationText, parameterText, percent, precise, shapeText, short } from '../text';
import { drawEdges } from './edges';
import { Thumbnail } from './thumbnail';
import type { StepContext, StepView } from './view';

export const layers: StepView = {
  id: 'layers',
  title: 'Layers',
  mount(place, context) {
    const tree = element('div', { class: 'graph', role: 'list', 'aria-label': 'Layers' });
    const edges = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    edges.setAttribute('class', 'edges');
    edges.setAttribute('aria-hidden', 'true');
    const note = element('p', { class: 'hint' });
    let unrolled = context.chosen('unrolled') === 'true';
    const rolling = checkbox('Unroll loops', unrolled, (on) => {
      unrolled = on;
      context.choose('unrolled', String(on));
      context.redraw();
    });
    const scroll = element(
      'div',
      { class: 'scroll' },
      element('div', { class: 'graph-area' }, tree),
    );
    tree.before(edges);
    place.append(element('div', { class: 'tools' }, rolling, note), scroll);
    const cards = new Map<number, Card>();
    let known = '';
    let graph: LayerGraph | undefined;
    const visible = new Set<number>();
    const seen = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const id = Number((target as HTMLElement).dataset.node);
          if (isIntersecting) visible.add(id);
          else visible.delete(id);
        }
        context.redraw();
      },
      { root: scroll, rootMargin: '120px' },
    );
    new ResizeObserver(() => graph && drawEdges(edges, graph, cards)).observe(tree);

    const build = (made: LayerGraph): void => {
      for (const card of cards.values()) seen.unobserve(card.root);
      cards.clear();
      visible.clear();
      const inside = new Map<number, HTMLElement>([[-1, tree]]);
      tree.replaceChildren();
      for (const node of made.nodes) {
        const hasInside = made.nodes.some(({ parent }) => parent === node.id);
        const card = new Card(node, hasInside, context);
        cards.set(node.id, card);
        inside.set(node.id, card.inside);
        inside.get(node.parent)!.append(card.root);
        seen.observe(card.root);
      }
      setText(
        note,
        made.left > 0 ? `${grouped(made.left)} more were left out: too many to draw.` : '',
      );
      drawEdges(edges, made, cards);
    };

    const refresh = async (): Promise<void> => {
      if (graph === undefined || visible.size === 0) return;
      const { position } = context.standing;
      const states = await context.host.request.layerStates({
        unrolled,
        position,
        nodes: [...visible].sort((a, b) => a - b),
      });
      for (const state of states) cards.get(state.id)?.show(state);
    };

    return {
      update: async () => {
        const key = `${context.standing.generation} ${unrolled}`;
        if (key !== known) {
          graph = await context.host.request.layers({ unrolled });
          known = key;
          build(graph);
        }
        await refresh();
        for (const card of cards.values()) card.mark(context.standing.cursor?.module);
      },
    };
  },
};

/** One node: its name and shape, pictures of output and gradient, and what stands inside it. */
export class Card {
  readonly root: HTMLElement;
  readonly head: HTMLElement;
  readonly inside = element('div', { class: 'inside', role: 'list' });
  private readonly call = element('span', { class: 'call' });
  private readonly words = element('span', { class: 'statistics' });
  private readonly output = new Thumbnail('output');
  private readonly gradient = new Thumbnail('gradient');
  private state: LayerState | undefined;
  private readonly open: () => void;
  private pressed = false;

  constructor(
    private readonly node: LayerNode,
    hasInside: boolean,
    context: StepContext,
  ) {
    const { name, type, kind, shape, parameters, calls } = node;
    const title = element('span', { class: 'path' }, name);
    const times = calls > 1 ? ` × ${calls}` : '';
    const about = kind === 'module' ? `${type}${times}` : times;
    this.head = element(
      'button',
      { class: 'node', title: 'Open in the inspector' },
      element(
        'span',
        { class: 'names' },
        title,
        ...(about === '' ? [] : [element('span', { class: 'kind' }, about)]),
        element('span', { class: 'shape' }, shapeText(shape)),
        ...(parameters > 0 ? [element('span', { class: 'kind' }, parameterText(parameters))] : []),
        this.call,
      ),
      ...(node.view ? [] : [this.output.root, this.gradient.root, this.words]),
    );
    this.open = () => {
      const shown = this.state?.output;
      // What was pressed before it was there opens when it comes.
      this.pressed = this.state === undefined;
      if (shown) context.inspect(shown.tensor, name);
    };
    this.head.addEventListener('click', this.open);
    this.root = element(
      'div',
      {
        class: `card ${kind}${node.view ? ' view' : ''}`,
        role: 'listitem',
        'data-node': String(node.id),
      },
      this.head,
      ...(hasInside ? [this.inside] : []),
    );
    if (node.iteration.length > 0) setText(this.call, iterationText(node.iteration));
  }

  show(state: LayerState): void {
    this.state = state;
    if (this.pressed) this.open();
    const { output, gradient, gradientState, call, iteration } = state;
    const { calls } = this.node;
    if (calls > 1 && call >= 0)
      setText(this.call, iterationText(iteration) || `call ${call + 1} of ${calls}`);
    this.output.show(output, 'not yet');
    this.gradient.show(
      gradient,
      gradientState === 'none' ? 'no gradient' : output ? '∂ not yet' : '',
    );
    const words = output ? statisticsText(output.summary, gradient) : '';
    setText(this.words, words);
    setAttribute(
      this.root,
      'aria-label',
      [this.node.name, this.node.type, `shape ${this.node.shape.join(' by ')}`, words].join('; '),
    );
  }

  /** Whether the cursor is in this module now. */
  mark(module: string | undefined): void {
    this.root.classList.toggle('now', this.node.kind === 'module' && this.node.name === module);
  }
}

/** A single number as itself; of more their statistics. */
function statisticsText({ count, mean, std, zeros }: Summary, gradient: Picture | null): string {
  if (count === 0) return 'empty';
  const back = gradient ? [`‖∂‖ ${short(gradient.summary.norm)}`] : [];
  if (count === 1) return whole([precise(mean), ...back]);
  const zero = `${percent(zeros / Math.max(1, count))} zeros`;
  return whole([`mean ${short(mean)}`, `std ${short(std)}`, zero, ...back]);
}

/** Lines break between the parts, never within one. */
const whole = (parts: readonly string[]): string =>
  parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ');
