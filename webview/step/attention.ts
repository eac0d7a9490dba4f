// Attention by head: queries against keys, scaled, masked, softmax, and what it weighs; with tokens, numbers and gradients.
import type {
  AttentionPicture,
  AttentionQuery,
  AttentionSite,
  Streams,
} from '../../engine/protocol';
import { choice, numberSlider } from '../controls';
import { element, setText } from '../dom';
import { Matrix } from '../draw/matrix';
import { aheadText, iterationText, precise, shapeText } from '../text';
import { fits, stagesOf, stepsOf } from './attention-numbers';
import { emptyNote } from './empty';
import { streamsSection } from './streams';
import type { StepContext, StepView } from './view';

export const attention: StepView = {
  id: 'attention',
  title: 'Attention',
  mount: (place, context) => new Attention(place, context),
};

class Attention {
  private readonly none = emptyNote(
    'No attention ran in this step.',
    'A layer such as nn.MultiheadAttention, or softmax(q · kᵀ) · v written by hand, appears here.',
  );
  private readonly layer = choice('Attention', (value) => {
    this.context.choose('attention', value);
    this.set({ row: Number(value), head: 0 });
  });
  private readonly head;
  private readonly sample;
  private readonly body = element('div', { class: 'scroll' });
  private readonly about = element('p', { class: 'facts' });
  private readonly weights = new Matrix((row, column) => this.pick(row, column));
  private readonly gradient = new Matrix((row, column) => this.pick(row, column));
  private readonly heads = element('table', { class: 'numbers heads' });
  private readonly steps = element('div', { class: 'stages', role: 'status' });
  private readonly stages = element('div', { class: 'planes' });
  private readonly around = element('div');
  private list: AttentionSite[] = [];
  private generation = -1;
  private query: Omit<AttentionQuery, 'position'> = { row: -1, batch: 0, head: 0 };
  private shown: AttentionPicture | undefined;
  private at: [number, number] = [0, 0];

  constructor(
    place: HTMLElement,
    private readonly context: StepContext,
  ) {
    const bounds = { value: 0, min: 0, max: 0, step: 1 };
    this.head = numberSlider('Head', bounds, (head) => this.set({ head }));
    this.sample = numberSlider('Sample', bounds, (batch) => this.set({ batch }));
    this.body.append(
      this.about,
      element('div', { class: 'planes' }, this.weights.root, this.gradient.root, this.heads),
      this.steps,
      element(
        'details',
        {},
        element('summary', {}, 'All stages: q · kᵀ, scaled, masked; queries, keys, values'),
        this.stages,
      ),
      this.around,
    );
    place.append(
      element('div', { class: 'tools' }, this.layer.root, this.head.root, this.sample.root),
      this.none,
      this.body,
    );
  }

  async update(): Promise<void> {
    const { request } = this.context.host;
    if (this.generation !== this.context.standing.generation) {
      this.list = await request.attentions();
      this.showAround(await request.streams());
      this.generation = this.context.standing.generation;
    }
    const any = this.list.length > 0;
    this.none.hidden = any;
    this.body.hidden = !any && this.around.childElementCount === 0;
    if (!any) return;
    const options = this.list.map(({ row, name, iteration, cross }) => ({
      value: String(row),
      label: [name, iterationText(iteration), cross ? 'across' : ''].filter(Boolean).join(' · '),
    }));
    const row = Number(
      this.layer.fill(options, this.context.chosen('attention') ?? String(this.query.row)),
    );
    this.query = { ...this.query, row };
    this.shown = await request.attentionPicture({
      ...this.query,
      position: this.context.standing.position,
    });
    this.draw(this.shown);
  }

  private showAround(streams: Streams): void {
    this.around.replaceChildren(...streamsSection(streams, this.context));
  }

  private set(change: Partial<AttentionQuery>): void {
    this.query = { ...this.query, ...change };
    this.context.redraw();
  }

  private pick(row: number, column: number): void {
    this.at = [row, column];
    if (this.shown) this.draw(this.shown);
  }

  private draw(shown: AttentionPicture): void {
    const { site, query, queryTokens, keyTokens, weights, scoreGradient, entropies } = shown;
    this.head.set(query.head, site.heads - 1);
    this.sample.set(query.batch, site.batch - 1);
    this.at = [Math.min(this.at[0], weights.height - 1), Math.min(this.at[1], weights.width - 1)];
    const most = Math.log(site.keys);
    setText(this.about, aboutText(shown));
    const labels = {
      rowLabels: fits(queryTokens, weights.height),
      columnLabels: fits(keyTokens, weights.width),
    };
    const mark = {
      row: this.at[0],
      column: this.at[1],
      rows: 1,
      columns: 1,
      kind: 'cell' as const,
    };
    const crossed = hiddenBy(shown);
    const { looked } = shown;
    const faint = (turn: number): boolean => turn >= looked;
    this.weights.show(weights, {
      title: site.joined ? 'weights, turn by turn' : 'weights',
      ...labels,
      ...(looked < site.queries && { faint }),
      ...(crossed && { crossed }),
      marks: [mark],
      most: 380,
      cell: 44,
    });
    this.gradient.root.hidden = scoreGradient === null;
    if (scoreGradient)
      this.gradient.show(scoreGradient, {
        title: `∂L/∂ scores${shown.gradientState === 'pending' ? ', not all arrived yet' : ''}`,
        ...labels,
        ...(crossed && { crossed }),
        marks: [mark],
        most: 300,
        cell: 44,
      });
    this.heads.replaceChildren(
      element('caption', {}, 'Entropy of each head'),
      ...entropies.map((entropy, head) =>
        element(
          'tr',
          head === query.head ? { class: 'chosen' } : {},
          element('th', { scope: 'row' }, `head ${head}`),
          element('td', {}, precise(entropy)),
          element('td', {}, `${Math.round((100 * entropy) / (most || 1))} % of ln ${site.keys}`),
        ),
      ),
    );
    this.steps.replaceChildren(...stepsOf(shown, this.at));
    this.stages.replaceChildren(...stagesOf(shown, labels));
  }
}

/** In a sentence or two: what looks at what, how wide it is, and what labels stand for. */
function aboutText({ site, q, tokens, weights, looked }: AttentionPicture): string {
  const { cross, queries, keys, heads, kind, scale, masked, batch, joined } = site;
  const count = (number: number, one: string, many: string): string =>
    `${number} ${number === 1 ? one : many}`;
  const width = q
    ? ` of ${q.width}${heads > 1 ? ` (${heads} · ${q.width} = ${heads * q.width} wide, in and out)` : ''}`
    : '';
  const looks = cross ? 'Looks across' : 'Looks at itself';
  const how = [
    `${kind} scores`,
    ...(scale === 1 ? [] : [`times ${precise(scale)}`]),
    ...(masked ? ['masked where crossed out'] : []),
  ].join(', ');
  const shape = heads > 1 ? [batch, heads, weights.height, keys] : [batch, weights.height, keys];
  return [
    `${looks}: ${count(queries, 'query', 'queries')} over ${count(keys, 'key', 'keys')}, ${count(heads, 'head', 'heads')}${width}; ${how}; weights ${shapeText(shape)}.`,
    joined
      ? 'One query in each turn of the loop: a row is a turn, labelled by what it had read.'
      : 'Rows look, columns are looked at; each row sums to 1.',
    ...(tokens === 'numbers' ? ['#n is the number that the embedding looked up.'] : []),
    ...(looked < queries ? [aheadText] : []),
  ].join(' ');
}

/** Which scores the mask has taken out of sight. */
const hiddenBy = ({ site, masked, scaled }: AttentionPicture): Uint8Array | undefined =>
  site.masked
    ? Uint8Array.from(masked.values, (value, i) =>
        Number(value < -1e4 && value !== scaled.values[i]),
      )
    : undefined;
