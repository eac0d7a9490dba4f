// What the engine last said of each open model file, asked anew after each pause in typing. Knows no hint and no squiggle.
import { Disposable, EventEmitter, window, workspace, type TextDocument } from 'vscode';
import type { ShapeAnswer, ShapeHint } from '../../engine/protocol';
import type { EngineClient } from '../engine-client';
import { importsEngine } from '../model-file';
import type { TextEdit } from './moved';

/** Milliseconds without typing after which the program runs. */
const pause = 75;
/** Milliseconds after which a program is ended. */
const limit = 1000;

/** What is known of one file. */
export interface FileShapes {
  readonly answer: ShapeAnswer;
  /** Edits since the text that the answer is about. */
  edits: TextEdit[];
  /** Parsed when somebody asks. */
  hints: ShapeHint[] | undefined;
}

export class Shapes implements Disposable {
  private engine: EngineClient | undefined;
  private readonly files = new Map<string, FileShapes>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly changed = new EventEmitter<TextDocument>();
  private readonly subscriptions: Disposable;
  private running = false;
  private readonly waiting = new Set<string>();
  /** Files that will be asked about, with who waits for their first answer. */
  private readonly due = new Map<string, (() => void)[]>();
  /** A report of a file has come, or gone. */
  readonly onChange = this.changed.event;

  constructor(private readonly start: (whenGone: () => void) => EngineClient) {
    this.subscriptions = Disposable.from(
      this.changed,
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (!isCandidate(document) || contentChanges.length === 0) return;
        this.files.get(document.uri.fsPath)?.edits.push(...contentChanges);
        this.schedule(document);
      }),
      workspace.onDidCloseTextDocument((document) => this.forget(document)),
      window.onDidChangeVisibleTextEditors(() => this.scheduleVisible()),
      workspace.onDidGrantWorkspaceTrust(() => this.scheduleVisible()),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('retrograd.shapes.enabled')) this.scheduleVisible(true);
      }),
    );
    this.scheduleVisible();
  }

  /** What was last found out about a document. */
  of(document: TextDocument): FileShapes | undefined {
    return this.files.get(document.uri.fsPath);
  }

  /** The same; of a document that was just opened, as soon as its program has run. */
  async first(document: TextDocument): Promise<FileShapes | undefined> {
    const known = this.of(document);
    if (known !== undefined || !isCandidate(document) || !mayAsk(document)) return known;
    const path = document.uri.fsPath;
    if (!this.due.has(path)) this.schedule(document);
    await new Promise<void>((resolve) => this.due.get(path)!.push(resolve));
    return this.of(document);
  }

  /** All hints of a document's own text, where they stood when the program ran. */
  hintsOf(document: TextDocument): readonly ShapeHint[] {
    const known = this.of(document);
    if (!known) return [];
    known.hints ??= (JSON.parse(known.answer.hints) as ShapeHint[]).filter(
      ({ file }) => file === document.uri.fsPath,
    );
    return known.hints;
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const resolve of [...this.due.values()].flat()) resolve();
    this.subscriptions.dispose();
    this.engine?.dispose();
  }

  private scheduleVisible(again = false): void {
    for (const { document } of window.visibleTextEditors)
      if (isCandidate(document) && (again || !this.files.has(document.uri.fsPath)))
        this.schedule(document);
  }

  private schedule(document: TextDocument): void {
    const path = document.uri.fsPath;
    if (!this.due.has(path)) this.due.set(path, []);
    clearTimeout(this.timers.get(path));
    this.timers.set(
      path,
      setTimeout(() => {
        this.timers.delete(path);
        this.waiting.add(path);
        void this.work();
      }, pause),
    );
  }

  private forget(document: TextDocument): void {
    const path = document.uri.fsPath;
    clearTimeout(this.timers.get(path));
    this.timers.delete(path);
    this.waiting.delete(path);
    this.settle(path);
    if (this.files.delete(path)) this.changed.fire(document);
  }

  /** Whoever waits for the first answer has it, or gets none. */
  private settle(path: string): void {
    if (this.timers.has(path) || this.waiting.has(path)) return;
    for (const resolve of this.due.get(path) ?? []) resolve();
    this.due.delete(path);
  }

  /** Asks for one file after the other: the one that was edited last has the newest text anyway. */
  private async work(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (const path of this.waiting) {
      this.waiting.delete(path);
      const document = workspace.textDocuments.find(({ uri }) => uri.fsPath === path);
      if (document) await this.ask(document);
      this.settle(path);
    }
    this.running = false;
  }

  private async ask(document: TextDocument): Promise<void> {
    const path = document.uri.fsPath;
    if (!mayAsk(document)) {
      if (this.files.delete(path)) this.changed.fire(document);
      return;
    }
    const { version } = document;
    const texts = Object.fromEntries(
      workspace.textDocuments
        .filter((other) => other.isDirty || other === document)
        .map((other) => [other.uri.fsPath, other.getText()]),
    );
    this.engine ??= this.start(() => {
      this.engine = undefined;
    });
    const answer = await this.engine.request
      .shapes({ file: path, texts, limit })
      .catch(() => undefined);
    // The next pause brings the answer for the text as it is now.
    if (!answer || document.isClosed || document.version !== version) return;
    const broken = answer.problems.some(({ kind }) => kind === 'syntax' || kind === 'import');
    // Half-typed code keeps what was known, at its place.
    if (broken && this.files.has(path)) return;
    this.files.set(path, { answer, edits: [], hints: undefined });
    this.changed.fire(document);
  }
}

function isCandidate({ languageId, uri }: TextDocument): boolean {
  return languageId === 'typescript' && uri.scheme === 'file';
}

/** Code runs only in a trusted workspace, and only in files that import the engine. */
function mayAsk(document: TextDocument): boolean {
  const wanted = workspace.getConfiguration('retrograd.shapes', document).get('enabled', true);
  return workspace.isTrusted && wanted && importsEngine(document.getText());
}
