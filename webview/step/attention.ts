// Attention by head: queries against keys, scaled, masked, softmax, and what it weighs; with tokens, numbers and gradients.
import type {
  AttentionPicture,
  AttentionQuery,
  AttentionSite,
  HeatMap,
  Streams,
} from '../../engine/protocol';
import { choice, numberSlider } from '../controls';
import { element, setText } from '../dom';
import { Matrix } from '../draw/matrix';
import { iterationText, precise } from '../text';
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
    void this.update();
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
    setText(
      this.about,
      `${site.cross ? 'Looks across' : 'Looks at itself'}: ${site.queries} ${site.queries === 1 ? 'query' : 'queries'} over ${site.keys} keys, ` +
        `${site.heads} ${site.heads === 1 ? 'head' : 'heads'}, ${site.kind} scores` +
        `${site.scale === 1 ? '' : `, times ${precise(site.scale)}`}${site.masked ? ', masked' : ''}. ` +
        `Rows look, columns are looked at; each row sums to 1.`,
    );
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
    this.weights.show(weights, { title: 'weights', ...labels, marks: [mark], most: 380, cell: 44 });
    this.gradient.root.hidden = scoreGradient === null;
    if (scoreGradient)
      this.gradient.show(scoreGradient, {
        title: '∂L/∂ scores',
        ...labels,
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
    this.drawSteps(shown);
    this.drawStages(shown, labels);
  }

  /** One query against all keys, stage by stage, in numbers. */
  private drawSteps({
    raw,
    scaled,
    masked,
    weights,
    v,
    output,
    q,
    k,
    queryTokens,
    keyTokens,
    site,
  }: AttentionPicture): void {
    const [t, s] = this.at;
    const rowOf = (map: HeatMap, row: number): number[] => [
      ...map.values.subarray(row * map.width, (row + 1) * map.width),
    ];
    const list = (values: number[]): string =>
      `[${values.slice(0, 8).map(precise).join(', ')}${values.length > 8 ? ', …' : ''}]`;
    const [from, to] = [queryTokens[t] ?? String(t), keyTokens[s] ?? String(s)];
    const cell = (map: HeatMap): string => precise(map.values[t * map.width + s] ?? NaN);
    const lines: [string, string][] = [
      ...(q && k
        ? [
            ['q · k', `${list(rowOf(q, t))} · ${list(rowOf(k, s))} = ${cell(raw)}`] as [
              string,
              string,
            ],
          ]
        : []),
      ...(site.scale === 1
        ? []
        : [
            ['scaled', `${cell(raw)} · ${precise(site.scale)} = ${cell(scaled)}`] as [
              string,
              string,
            ],
          ]),
      ...(site.masked
        ? [
            [
              'masked',
              cell(masked) === cell(scaled) ? 'stays' : `${cell(scaled)} → ${cell(masked)}`,
            ] as [string, string],
          ]
        : []),
      ['softmax', `exp(${cell(masked)}) / Σ exp = ${cell(weights)}`],
      ['all weights', list(rowOf(weights, t))],
      ['· v', `Σ weight · value = ${list(rowOf(output, t))}`],
      ['v', `${to}: ${list(rowOf(v, s))}`],
    ];
    this.steps.replaceChildren(
      element('h3', {}, `${from} looks at ${to}`),
      element(
        'dl',
        {},
        ...lines.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)]),
      ),
    );
  }

  private drawStages(
    shown: AttentionPicture,
    labels: { rowLabels: string[]; columnLabels: string[] },
  ): void {
    const { raw, scaled, masked, q, k, v, output, keyTokens, queryTokens, site } = shown;
    const matrices: [string, HeatMap | null, object][] = [
      ['q · kᵀ', q ? raw : null, labels],
      ['scaled', site.scale === 1 ? null : scaled, labels],
      ['masked', site.masked ? masked : null, labels],
      ['queries', q, { rowLabels: fits(queryTokens, q?.height ?? 0) }],
      ['keys', k, { rowLabels: fits(keyTokens, k?.height ?? 0) }],
      ['values', v, { rowLabels: fits(keyTokens, v.height) }],
      ['output', output, { rowLabels: fits(queryTokens, output.height) }],
    ];
    this.stages.replaceChildren(
      ...matrices.flatMap(([title, map, options]) => {
        if (map === null) return [];
        const matrix = new Matrix();
        matrix.show(map, { title, ...options, most: 240, cell: 38 });
        return [matrix.root];
      }),
    );
  }
}

/** Labels only where each row or column is one token. */
const fits = (tokens: readonly string[], count: number): string[] =>
  tokens.length === count ? tokens.map(visible) : [];

/** A blank would not be seen. */
const visible = (token: string): string => (token === ' ' ? '␣' : token === '\n' ? '⏎' : token);
