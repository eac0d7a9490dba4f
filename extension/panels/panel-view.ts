// A page in the bottom panel: Training, or Timeline. Draws nothing.
import { setTimeout } from 'node:timers/promises';
import {
  commands,
  window,
  type Disposable,
  type WebviewView,
  type WebviewViewProvider,
} from 'vscode';
import { mostRenewals, pagesAreUp } from './load-in-turn';
import type { PageName } from './page';
import { openPage, type Pages } from './page-port';

/** Registers the pages of the bottom panel. */
export function panelViews(pages: Pages): Disposable[] {
  return (['training', 'timeline'] as const).map((name) =>
    window.registerWebviewViewProvider(`retrograd.${name}`, new PanelView(pages, name)),
  );
}

/** Views are made anew one after the other. */
let turn: Promise<void> = Promise.resolve();

/** By a context key the editor takes a view away, and makes it anew; milliseconds for each. */
const away = 100;

class PanelView implements WebviewViewProvider {
  private renewals = 0;

  constructor(
    private readonly pages: Pages,
    private readonly name: PageName,
  ) {}

  resolveWebviewView(view: WebviewView): void {
    openPage(this.pages, view, this.name, () => this.renew());
    const first = view.webview.onDidReceiveMessage(() => {
      first.dispose();
      this.renewals = 0;
    });
  }

  private renew(): void {
    if (this.renewals++ >= mostRenewals) return;
    turn = turn.then(pagesAreUp).then(async () => {
      for (const key of [this.name, '']) {
        await commands.executeCommand('setContext', 'retrograd.renewing', key);
        await setTimeout(away);
      }
    });
  }
}
