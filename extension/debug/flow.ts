// Where the model stands, in the editor: the op's expression, values at the ends of lines, marks in the gutter. Knows no engine.
import {
  debug,
  Disposable,
  InlineValueText,
  languages,
  OverviewRulerLane,
  Range,
  ThemeColor,
  Uri,
  window,
  type TextEditor,
} from 'vscode';
import type { CursorInfo, FlowInfo } from '../../engine/protocol';
import type { CursorHub } from '../cursor';
import { toRange } from '../diagnostics';
import type { Training } from '../training';

/** While somebody holds a step key down, only the last place is decorated, in milliseconds. */
const patience = 60;

/** So much of an op's expression is brought into sight, in characters; of a longer one its beginning. */
const enough = 24;

/** Asks once for each place of the cursor. */
class FlowSource {
  private at: CursorInfo | undefined;
  private answer: Promise<FlowInfo[]> = Promise.resolve([]);

  constructor(
    private readonly training: Training,
    private readonly hub: CursorHub,
  ) {}

  get(): Promise<FlowInfo[]> {
    const { current } = this.hub;
    if (current === undefined) return Promise.resolve([]);
    if (current !== this.at) {
      this.at = current;
      this.answer = this.training.ask.flow().catch(() => []);
    }
    return this.answer;
  }
}

export function flowDecorations(training: Training, hub: CursorHub): Disposable {
  const source = new FlowSource(training, hub);
  const forward = markOf('charts.blue');
  const backward = markOf('charts.orange');
  const ops = { forward: boxOf('charts.blue'), backward: boxOf('charts.orange') };
  let timer: NodeJS.Timeout | undefined;
  const show = async (moved: boolean): Promise<void> => {
    const flow = await source.get();
    for (const editor of window.visibleTextEditors) {
      const marks = marksIn(editor, flow);
      editor.setDecorations(
        forward,
        marks.filter(({ back }) => !back).map(({ range }) => range),
      );
      editor.setDecorations(
        backward,
        marks.filter(({ back }) => back).map(({ range }) => range),
      );
      const { current } = hub;
      const op = current?.row === undefined ? undefined : current.place;
      const here = op?.file === editor.document.fileName ? [toRange(op)] : [];
      const back = current?.phase === 'backward';
      editor.setDecorations(ops.forward, back ? [] : here);
      editor.setDecorations(ops.backward, back ? here : []);
      if (moved && debug.activeDebugSession) here.forEach((range) => reveal(editor, range));
    }
  };
  const later = (moved: boolean): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void show(moved), patience);
  };
  const inline = languages.registerInlineValuesProvider(
    { language: 'typescript', scheme: 'file' },
    {
      provideInlineValues: async (document, viewport) =>
        (await source.get())
          .filter(({ place }) => place.file === document.uri.fsPath)
          .filter(({ place }) => viewport.contains(toRange(place).start))
          .map((info) => new InlineValueText(toRange(info.place), lineText(info))),
    },
  );
  return Disposable.from(
    hub.onDidChange(() => later(true)),
    window.onDidChangeVisibleTextEditors(() => later(false)),
    inline,
    forward,
    backward,
    ops.forward,
    ops.backward,
    new Disposable(() => clearTimeout(timer)),
  );
}

/** The editor has brought the line into sight, but of the expression perhaps only where it begins. */
function reveal(editor: TextEditor, { start, end }: Range): void {
  const most = start.translate(0, enough);
  editor.revealRange(new Range(start, end.isBefore(most) ? end : most));
}

/** Around the expression of an op: the editor itself marks only the line. */
const boxOf = (color: string) =>
  window.createTextEditorDecorationType({
    borderWidth: '1px',
    borderStyle: 'solid',
    borderRadius: '2px',
    borderColor: new ThemeColor(color),
  });

function markOf(color: string) {
  const fill = color === 'charts.blue' ? '#3794ff' : '#d18616';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect x="6.5" y="3" width="3" height="10" rx="1.5" fill="${fill}"/></svg>`;
  return window.createTextEditorDecorationType({
    gutterIconPath: Uri.parse(`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`),
    gutterIconSize: 'contain',
    overviewRulerColor: new ThemeColor(color),
    overviewRulerLane: OverviewRulerLane.Left,
  });
}

/** The lines of an editor at which something flows, and whether a gradient does. */
function marksIn({ document }: TextEditor, flow: readonly FlowInfo[]): Mark[] {
  const lines = new Map<number, boolean>();
  for (const { place, gradient } of flow) {
    if (place.file !== document.fileName) continue;
    const line = place.line - 1;
    lines.set(line, lines.get(line) === true || gradient !== undefined);
  }
  return [...lines].map(([line, back]) => ({ back, range: new Range(line, 0, line, 0) }));
}

interface Mark {
  readonly back: boolean;
  readonly range: Range;
}

/** `h [2, 4] ‖1.37‖ ∂‖0.02‖`; only another dtype than the usual one is worth its room. */
export function lineText({ name, type, norm, gradient }: FlowInfo): string {
  const back = gradient === undefined ? '' : ` ∂‖${short(gradient)}‖`;
  return `${name} ${type.replace(/^f32 /, '')} ‖${short(norm)}‖${back}`;
}

function short(value: number): string {
  if (!Number.isFinite(value)) return 'not finite';
  return value !== 0 && (value < 1e-3 || value >= 1e5)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));
}
