// What a real run was seen to have where one hovers: shapes by call, statistics, a picture, a way there. Knows no engine.
import { MarkdownString, window, workspace, type Position, type TextDocument } from 'vscode';
import type { LayerActivation, Observed, ObserveRequest } from '../../engine/protocol';
import type { CursorHub } from '../cursor';
import { pictureUrl } from '../debug/picture';
import { heldStep } from '../hold-step';
import type { Run, Training } from '../training';

/** A hover waits no longer for a run that is busy, in milliseconds. */
const patience = 300;

/** The command behind the links; its argument says where to go. */
export const openCall = 'retrograd.openCall';

/** Where a link leads: to a position of the step that is held, or to where a module's first result is there. */
export interface CallLink {
  readonly step: number;
  readonly position?: number;
  readonly module?: string;
}

export class Observations {
  /** Versions of the documents when the latest run began: what was edited since is not what ran. */
  private readonly versions = new Map<string, number>();
  private layers: { run: Run; step: number; answer: Promise<LayerActivation[]> } | undefined;

  constructor(
    private readonly training: Training,
    private readonly hub: CursorHub,
  ) {
    training.onBegin(() => {
      this.versions.clear();
      for (const { uri, version } of workspace.textDocuments)
        this.versions.set(uri.fsPath, version);
    });
  }

  /** What to add to a hover; undefined when no run has been there. */
  async at(document: TextDocument, position: Position): Promise<MarkdownString | undefined> {
    const { latest } = this.training;
    if (latest === undefined || !this.isAsItRan(document)) return undefined;
    const place = placeOf(document, position);
    if (this.hub.held !== undefined) {
      const seen = await this.training.ask.observed(place).catch(() => null);
      if (seen) return ofStep(seen);
    }
    const layer = await this.layerAt(latest, document, position, place);
    return layer && ofLayer(layer, latest.record.step);
  }

  private isAsItRan(document: TextDocument): boolean {
    const { version, isDirty, uri } = document;
    return (this.versions.get(uri.fsPath) ?? (isDirty ? -1 : version)) === version;
  }

  /** What a layer put out in the last step, found by the name of its field. */
  private async layerAt(
    run: Run,
    document: TextDocument,
    position: Position,
    { name }: ObserveRequest,
  ): Promise<LayerActivation | undefined> {
    if (name === undefined || !isField(document, position) || run.record.step === 0)
      return undefined;
    const { step } = run.record;
    if (this.layers?.run !== run || this.layers.step !== step) {
      const answer = this.training.activations().then(
        ({ layers }) => layers,
        () => [],
      );
      this.layers = { run, step, answer };
    }
    // A run answers between two steps, and a hover does not wait for a long one.
    const late = new Promise<LayerActivation[]>((resolve) => setTimeout(resolve, patience, []));
    const found = (await Promise.race([this.layers.answer, late])).filter(
      ({ path }) => path === name || path.endsWith(`.${name}`),
    );
    // Of several layers under one name nobody knows which is meant.
    return found.length === 1 ? found[0] : undefined;
  }
}

function placeOf(document: TextDocument, position: Position): ObserveRequest {
  const range = document.getWordRangeAtPosition(position, /[A-Za-z_$][\w$]*/);
  const name = range && document.getText(range);
  return {
    file: document.uri.fsPath,
    line: position.line + 1,
    column: position.character + 1,
    // A member has its name from its object; only `this.field` is known under one.
    ...(name !== undefined && !isMember(document, position) && { name }),
  };
}

/** `x.name`: the name stands behind a dot. */
function isMember(document: TextDocument, position: Position): boolean {
  const range = document.getWordRangeAtPosition(position, /[A-Za-z_$][\w$]*/);
  if (!range) return false;
  return document.lineAt(range.start.line).text[range.start.character - 1] === '.';
}

/** `this.name`, or a field of a class. */
function isField(document: TextDocument, position: Position): boolean {
  const range = document.getWordRangeAtPosition(position, /[A-Za-z_$][\w$]*/);
  if (!range) return false;
  const before = document.lineAt(range.start.line).text.slice(0, range.start.character);
  return /\bthis\.$/.test(before) || /^\s*(?:readonly\s+)?$/.test(before);
}

/** Goes where a link leads: starts the run anew, held at that step, when it is not held yet. */
export async function goToCall(
  training: Training,
  hub: CursorHub,
  { step, position, module }: CallLink,
): Promise<void> {
  const held = await heldStep(training, hub, step);
  if (held === undefined) return;
  const to = position ?? (await positionOf(training, module));
  if (to !== undefined) await training.ask.goTo({ position: to });
  else void window.showInformationMessage(`Step ${step} did not run ${module ?? 'this call'}.`);
}

async function positionOf(training: Training, path: string | undefined) {
  const { nodes } = await training.ask.layers({ unrolled: false });
  return nodes.find(({ kind, name }) => kind === 'module' && name === path)?.position;
}

const link = (title: string, to: CallLink): string =>
  `[${title}](command:${openCall}?${encodeURIComponent(JSON.stringify([to]))})`;

function markdown(): MarkdownString {
  const text = new MarkdownString('', true);
  text.isTrusted = { enabledCommands: [openCall] };
  return text;
}

/** What the held step says of a place. */
function ofStep({ step, calls, types, different, call, others }: Observed): MarkdownString {
  const text = markdown();
  const which = calls === 1 ? '' : ` · call ${call.index + 1} of ${calls}`;
  const title = call.title === '' ? '' : ` · ${call.title}`;
  text.appendMarkdown(`**Seen in step ${step}**${escaped(which + title)}\n\n`);
  text.appendMarkdown(`\`${call.value}\`\n\n`);
  if (different > 1) {
    const listed = types.map((type) => `\`${type.type}\` ${timesOf(type.calls)}`);
    const between = different > types.length ? ' … ' : ' · ';
    text.appendMarkdown(`${listed.join(between)}\n\n`);
  }
  const both = call.gradientPicture !== undefined;
  const norms = [
    ...(call.norm === undefined ? [] : [`norm ${short(call.norm)}${both ? ' (left)' : ''}`]),
    ...(call.gradient === undefined
      ? []
      : [`gradient’s norm ${short(call.gradient)}${both ? ' (right)' : ''}`]),
  ];
  if (norms.length > 0) text.appendMarkdown(`${norms.join(' · ')}\n\n`);
  const links = [
    link('$(target) open at this call', { step, position: call.position }),
    ...others.map((other) =>
      link(other.title === '' ? `call ${other.index + 1}` : escaped(other.title), {
        step,
        position: other.position,
      }),
    ),
  ];
  text.appendMarkdown(`${links.join(' · ')}\n\n`);
  // Pictures come last: they may reach below the edge of a hover.
  const pictures = [
    ...(call.picture ? [`![values](${pictureUrl(call.picture)})`] : []),
    ...(call.gradientPicture ? [`![gradient](${pictureUrl(call.gradientPicture)})`] : []),
  ];
  if (pictures.length > 0) text.appendMarkdown(pictures.join(' &nbsp; '));
  return text;
}

/** What a layer put out in the last step of a run that holds no step. */
function ofLayer({ path, summary, heatMap, calls }: LayerActivation, step: number): MarkdownString {
  const text = markdown();
  const { shape, dtype, mean, std, min, max, norm } = summary;
  const short32 = dtype.replace('float', 'f').replace('int', 'i');
  const [m, s, low, high] = [mean, std, min, max].map(short);
  const often = calls > 1 ? ` · last of ${calls} calls` : '';
  text.appendMarkdown(`**Seen in step ${step}** · ${escaped(path)}${often}\n\n`);
  text.appendMarkdown(
    `\`${short32} [${shape.join(', ')}] mean ${m!} std ${s!} [${low!}, ${high!}]\`\n\n`,
  );
  text.appendMarkdown(`norm ${short(norm)}\n\n`);
  text.appendMarkdown(`${link('$(target) open at this call', { step, module: path })}\n\n`);
  if (summary.count > 1) text.appendMarkdown(`![values](${pictureUrl(heatMap)})`);
  return text;
}

const timesOf = (calls: number): string => (calls === 1 ? 'once' : `${calls} times`);

const escaped = (text: string): string => text.replace(/[\\`*_{}[\]()#+!<>|~]/g, '\\$&');

function short(value: number): string {
  if (!Number.isFinite(value)) return 'not finite';
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));
}
