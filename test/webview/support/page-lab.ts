// A page of ours in a plain Chromium, over a real engine and without an editor; counts what goes to and fro. Knows no test.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { serialize } from 'node:v8';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type {
  CursorInfo,
  HeldInfo,
  HistoryOptions,
  Progress,
  RunRecord,
  ViewEvents,
} from '../../../engine/protocol';
import { overJson, serve, type Emit } from '../../../engine/rpc';
import { commandLine } from '../../../extension/command-line';
import { passesOn } from '../../../extension/panels/passed-on';
import { addProgress, newRecord, withoutData } from '../../../extension/run-record';
import { browserArguments, findBrowser } from '../../harness/browser.mjs';
import { Lab } from '../../engine/session/runs';
import { pack, unpack, pageSide } from './packing';

/** One answer that a page was given. */
export interface Answered {
  readonly method: string;
  readonly bytes: number;
}

let browser: Browser | undefined;

/** All labs share one browser. */
export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

/** An engine with a run, and pages that look at it. */
export class PageLab {
  readonly lab = new Lab();
  readonly answered: Answered[] = [];
  /** How many requests of a page were open at once, at most. */
  mostOpen = 0;
  private open = 0;
  private context: BrowserContext | undefined;
  private readonly pages = new Set<Emit<ViewEvents>>();
  private readonly records: RunRecord[] = [];
  private held: HeldInfo | null = null;
  private cursor: CursorInfo | null = null;
  private file = '';

  constructor() {
    const { lab } = this;
    const latest = (): RunRecord => this.records.at(-1)!;
    const tell = (): void => this.tell('run', withoutData(latest()));
    lab.on('started', ({ seed, hyper }) => {
      Object.assign(latest(), { seed, hyper });
      tell();
    });
    lab.on('state', ({ state, step }) => {
      if (state === 'ended') return;
      Object.assign(latest(), { state, step });
      tell();
    });
    lab.on('progress', (progress: Progress) => {
      this.tell('run', addProgress(latest(), progress).change);
    });
    lab.on('ended', (ended) => {
      Object.assign(latest(), { state: 'ended', step: ended.steps, ended });
      this.held = this.cursor = null;
      tell();
      this.standing();
    });
    lab.on('held', (held) => {
      this.held = held;
      this.standing();
    });
    lab.on('cursor', (cursor) => {
      this.cursor = cursor;
      this.standing();
    });
    lab.on('released', () => {
      this.held = this.cursor = null;
      this.standing();
    });
  }

  private standing(): void {
    this.tell('standing', { held: this.held, cursor: this.cursor });
  }

  tell<K extends keyof ViewEvents>(name: K, data: ViewEvents[K]): void {
    for (const emit of this.pages) emit(name, data);
  }

  /** Starts a run; `hold` records that step and keeps it. */
  async train(
    text: string,
    { hold, ...options }: { hold?: number; steps?: number; history?: HistoryOptions } = {},
  ): Promise<void> {
    this.file = this.lab.write('model.ts', text);
    await this.start(hold === undefined ? options : { ...options, hold: true, record: hold });
  }

  private async start(options: object): Promise<void> {
    this.records.push(newRecord(this.records.length + 1, 'model.ts'));
    const started = this.lab.next('started');
    await this.lab.supervisor
      .handlers()
      .train({ file: this.file, seed: 0, hyper: {}, workspace: this.lab.folder, ...options });
    await started;
  }

  /** Starts a run, and waits until that step is held, at its end. */
  async hold(text: string, step = 1): Promise<void> {
    const held = this.lab.next('held');
    await this.train(text, { hold: step });
    const { moments } = await held;
    await this.ask('goTo', { position: moments - 1 });
  }

  /** Goes to another step of the same run, and to its end. */
  async goToStep(step: number): Promise<void> {
    const held = this.lab.next('held');
    await this.ask('record', { step });
    const { moments } = await held;
    await this.ask('goTo', { position: moments - 1 });
  }

  /** Asks the engine. */
  ask(method: string, argument?: unknown): unknown {
    const handlers = this.lab.supervisor.handlers() as unknown as Record<
      string,
      (argument: unknown) => unknown
    >;
    return Object.hasOwn(handlers, method)
      ? handlers[method](argument)
      : this.lab.supervisor.ask(method, argument);
  }

  /** Opens a page; its theme's variables are given as a style. */
  async page(
    name: 'model' | 'timeline' | 'training',
    { theme = plainTheme, kind = 'vscode-dark', state = {}, width = 900, height = 700 } = {},
  ): Promise<Page> {
    browser ??= await chromium.launch({
      executablePath: findBrowser()!,
      args: browserArguments,
    });
    this.context ??= await browser.newContext();
    const page = await this.context.newPage();
    page.setDefaultTimeout(10_000);
    await page.setViewportSize({ width, height });
    let receive: (message: unknown) => void = () => undefined;
    let posted = Promise.resolve();
    const emit = serve<never, ViewEvents>(
      overJson({
        listen: (listener) => (receive = listener),
        post: (message) => {
          const text = pack(message);
          const { kind: what, id } = message as { kind: string; id: number };
          if (what !== 'event') {
            this.open--;
            this.answered.push({ method: methods.get(id) ?? '', bytes: serialize(message).length });
          }
          posted = posted
            .then(() =>
              page.evaluate(
                (data) => (globalThis as never as { take(data: string): void }).take(data),
                text,
              ),
            )
            .catch(() => undefined);
        },
      }),
      {} as never,
      (method, argument) => this.answer(method, argument),
    );
    const methods = new Map<number, string>();
    await page.exposeFunction('post', (text: string) => {
      const message = unpack(text) as { id: number; method: string };
      methods.set(message.id, message.method);
      this.open++;
      this.mostOpen = Math.max(this.mostOpen, this.open);
      receive(message);
    });
    this.pages.add(emit);
    page.on('close', () => this.pages.delete(emit));
    const folder = resolve('dist/webview');
    await page.setContent(`<!DOCTYPE html><html lang="en" style="${theme.replaceAll('"', '&quot;')}"><head>
      <style>${readFileSync(`${folder}/main.css`, 'utf8')}</style></head>
      <body class="${kind}" data-page="${name}"><main id="view"></main></body></html>`);
    await page.addScriptTag({ content: pageSide(state) });
    await page.addScriptTag({ content: readFileSync(`${folder}/main.js`, 'utf8') });
    return page;
  }

  private answer(method: string, argument: unknown): unknown {
    if (passesOn(method)) return this.ask(method, argument);
    const { step, hyper } = (argument ?? {}) as { step: number; hyper: object };
    switch (method) {
      case 'runs':
        return this.records;
      case 'standing':
        return { held: this.held, cursor: this.cursor };
      case 'goTo':
      case 'activations':
        return this.ask(method, argument);
      case 'holdStep':
        return this.start({ hold: true, record: step });
      case 'trainWith':
        return this.lab.supervisor.stop().then(() => this.start({ hyper }));
      case 'copyCommand':
        return commandLine(this.records.at(-1)!);
      case 'letGo':
        return this.ask('release');
      default:
        throw new Error(`the lab does not answer ${method}`);
    }
  }

  async close(): Promise<void> {
    await this.context?.close();
    await this.lab.close();
  }
}

/** Enough of a dark theme for pictures to be told apart. */
const plainTheme = Object.entries({
  'font-family': 'sans-serif',
  'font-size': '13px',
  'editor-font-family': 'monospace',
  foreground: '#cccccc',
  descriptionForeground: '#9d9d9d',
  'editor-background': '#1f1f1f',
  'panel-background': '#181818',
  'editorWidget-background': '#202020',
  'editorWidget-border': '#454545',
  'charts-blue': '#3794ff',
  'charts-orange': '#d18616',
  'charts-yellow': '#cca700',
  'charts-red': '#f14c4c',
  'charts-green': '#89d185',
  'charts-purple': '#b180d7',
})
  .map(([name, value]) => `--vscode-${name}: ${value}`)
  .join('; ');
