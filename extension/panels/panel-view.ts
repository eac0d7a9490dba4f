// A page in the bottom panel: Training, or Timeline. Draws nothing.
import { setTimeout } from 'node:timers/promises';
import {
  commands,
  window,
  type Disposable,
  type WebviewView,
  type WebviewViewProvider,
} from 'vscode';
import { Renewal } from './load-in-turn';
import type { PageName } from './page';
import { openPage, type Pages } from './page-port';

/** Registers the pages of the bottom panel. */
export function panelViews(pages: Pages): Disposable[] {
  return (['training', 'timeline'] as const).map((name) =>
    window.registerWebviewViewProvider(`retrograd.${name}`, new PanelView(pages, name), {
      webviewOptions: { retainContextWhenHidden: true },
    }),
  );
}

/** The editor takes a view away within so many milliseconds, and has made it anew within some more. */
const [away, back] = [100, 1000];

class PanelView implements WebviewViewProvider {
  private readonly renewal = new Renewal(() => this.renew());
  private isBack: () => void = () => undefined;

  constructor(
    private readonly pages: Pages,
    private readonly name: PageName,
  ) {}

  resolveWebviewView(view: WebviewView): void {
    openPage(this.pages, view, this.name, this.renewal);
    this.isBack();
  }

  /** A view is there as long as the context key does not name it. */
  private async renew(): Promise<void> {
    const made = new Promise<void>((resolve) => (this.isBack = resolve));
    await commands.executeCommand('setContext', 'retrograd.renewing', this.name);
    await setTimeout(away);
    await commands.executeCommand('setContext', 'retrograd.renewing', '');
    await Promise.race([made, setTimeout(back)]);
  }
}
