// Asks the model as it stands: a picture to draw on, a text to type, numbers to set, or the whole surface of two inputs. Knows no way's inside.
import type { ProbeInfo } from '../../engine/protocol';
import { checkbox } from '../controls';
import { element, setText } from '../dom';
import { AnswerView } from './probe-answer';
import { kindOf, type Asker, type ProbePad } from './probe-kind';
import { numbersPad } from './probe-numbers';
import { PicturePad } from './probe-picture';
import { surfacePad } from './probe-surface';
import { symbolsPad } from './probe-symbols';
import { paced } from './standing';
import type { StepContext } from './view';

export class Probe {
  readonly root = element('section', { class: 'probe', 'aria-label': 'Probe' });
  private readonly note = element('p', { class: 'hint' });
  private readonly trouble = element('p', { class: 'hint trouble', role: 'alert' });
  private readonly place = element('div', { class: 'planes' });
  private readonly answer = new AnswerView();
  private readonly insideBox: HTMLElement;
  private info: ProbeInfo | undefined;
  private key = '';
  private pad: ProbePad | undefined;
  private inside: boolean;

  constructor(private readonly context: StepContext) {
    this.inside = context.chosen('probe inside') !== 'false';
    this.insideBox = checkbox('Show what goes on inside', this.inside, (on) => {
      this.inside = on;
      context.choose('probe inside', String(on));
      this.pad?.ask();
    });
    this.root.append(
      element('h3', {}, 'Ask the model as it stands'),
      this.note,
      this.place,
      this.trouble,
      this.insideBox,
      this.answer.inside,
    );
  }

  /** The run has moved on, or another one has begun. */
  readonly update = paced(async () => {
    const info = await this.context.host.request.probeInfo().catch((error: unknown) => {
      setText(this.note, error instanceof Error ? error.message.replace(/^probe: /, '') : '');
      return undefined;
    });
    if (!info) {
      // A run that has just begun has no model yet: the last picture stays until it has.
      const begun = this.pad !== undefined && /no model has run yet/.test(this.note.textContent);
      this.place.classList.toggle('stale', begun);
      this.place.hidden = this.insideBox.hidden = this.answer.inside.hidden = !begun;
      return;
    }
    this.place.hidden = false;
    this.insideBox.hidden = this.answer.inside.hidden = kindOf(info) === 'surface';
    this.place.classList.remove('stale');
    setText(this.note, wordsOf(info));
    this.info = info;
    const key = JSON.stringify([
      info.model,
      info.shape,
      info.dtype,
      info.output.length,
      info.symbols,
    ]);
    if (key !== this.key) {
      this.key = key;
      this.build(info);
    }
    this.pad?.ask();
  });

  private build(info: ProbeInfo): void {
    const kind = kindOf(info);
    const values = Float64Array.from(info.sample);
    this.complain('');
    this.pad =
      kind === 'surface'
        ? surfacePad(() => this.info!, this.asker)
        : kind === 'symbols'
          ? symbolsPad(info, this.asker)
          : kind === 'picture'
            ? new PicturePad(info, values, this.asker)
            : numbersPad(info, values, this.asker);
    this.place.replaceChildren(this.pad.root, ...(kind === 'surface' ? [] : [this.answer.root]));
  }

  private complain(text: string): void {
    setText(this.trouble, text);
    this.trouble.hidden = text === '';
  }

  private wanted: { values: number[]; tokens: readonly string[] } = { values: [], tokens: [] };

  /** One question at a time; of many only the latest is asked. */
  private readonly one = paced(async () => {
    const { values, tokens } = this.wanted;
    try {
      const answer = await this.context.host.request.probe({
        values,
        count: 1,
        inside: this.inside,
      });
      this.complain('');
      this.answer.show(answer, tokens, this.info?.symbols ?? []);
    } catch (error) {
      this.complain(error instanceof Error ? error.message : String(error));
    }
  });

  private readonly asker: Asker = {
    ask: (values, tokens = []) => {
      this.wanted = { values: Array.from(values), tokens };
      this.one();
    },
    many: (values, count) => this.context.host.request.probe({ values, count }),
    complain: (text) => this.complain(text),
  };
}

function wordsOf({ model, shape, output, others }: ProbeInfo): string {
  const list = (sizes: readonly number[]): string => ['N', ...sizes].join(', ');
  const rest =
    others === 0
      ? ''
      : ` Its other ${others === 1 ? 'input stays' : `${others} inputs stay`} as in the first sample of the latest batch.`;
  return `${model} takes [${list(shape)}] and gives [${list(output.slice(1))}].${rest}`;
}
