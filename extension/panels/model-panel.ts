// The Model page beside the editor: opened by commands and when stepping begins, restored with the window. Draws nothing.
import {
  commands,
  Disposable,
  EventEmitter,
  Uri,
  ViewColumn,
  window,
  workspace,
  type WebviewPanel,
} from 'vscode';
import type { ViewEvents } from '../../engine/protocol';
import type { Emit } from '../../engine/rpc';
import { pagesAreUp, Renewal } from './load-in-turn';
import { openPage, type Pages, type Surface } from './page-port';

const type = 'retrograd.model';

export class ModelPanel {
  private panel: WebviewPanel | undefined;
  private emit: Emit<ViewEvents> | undefined;
  private readonly subscriptions: Disposable;

  constructor(private readonly pages: Pages) {
    this.subscriptions = Disposable.from(
      window.registerWebviewPanelSerializer(type, {
        deserializeWebviewPanel: (panel) => {
          this.adopt(panel);
          return Promise.resolve();
        },
      }),
      // The first step that is held opens what shows it; whoever closes it is left in peace.
      pages.cursor.onDidHold((held) => {
        if (held && !this.offered && showsOnStepping()) void this.arrange();
      }),
    );
  }

  private offered = false;

  /** Model beside the source, timeline below. */
  private async arrange(): Promise<void> {
    this.offered = true;
    await commands.executeCommand('retrograd.timeline.focus', { preserveFocus: true });
    await this.show();
  }

  /** Shows the page, at one of its tabs when that is given. */
  async show(tab?: string): Promise<void> {
    this.tab = tab;
    if (!this.panel) await pagesAreUp();
    // Another call may have made it meanwhile.
    if (this.panel) this.panel.reveal(undefined, true);
    else {
      this.adopt(create(ViewColumn.Beside));
    }
    // A page that is just loading asks nothing yet: it is told when it has come up.
    if (tab !== undefined) this.tell(tab);
  }

  /** Another one in the place of a panel that stays blank. */
  private readonly renewal = new Renewal(() => {
    if (this.panel) this.adopt(create(this.panel.viewColumn ?? ViewColumn.Beside));
  });

  private tab: string | undefined;

  private tell(tab: string): void {
    this.emit?.('tab', tab);
  }

  private adopt(panel: WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    panel.iconPath = Uri.joinPath(this.pages.extension, 'extension', 'media', 'retrograd.svg');
    this.emit = openPage(this.pages, surfaceOf(panel), 'model', this.renewal);
    const first = panel.webview.onDidReceiveMessage(() => {
      first.dispose();
      if (this.tab !== undefined) this.tell(this.tab);
    });
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = undefined;
      this.emit = undefined;
    });
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.panel?.dispose();
  }
}

const create = (viewColumn: ViewColumn): WebviewPanel =>
  window.createWebviewPanel(
    type,
    'Model',
    { viewColumn, preserveFocus: true },
    { retainContextWhenHidden: true },
  );

/** A panel tells in one event when it is shown, hidden, or has the keys. */
function surfaceOf(panel: WebviewPanel): Surface {
  const { webview, onDidDispose } = panel;
  const shown = new EventEmitter<void>();
  let visible = panel.visible;
  panel.onDidChangeViewState(() => {
    if (visible !== panel.visible) shown.fire();
    visible = panel.visible;
  });
  onDidDispose(() => shown.dispose());
  return {
    webview,
    get visible() {
      return panel.visible;
    },
    onDidChangeVisibility: shown.event,
    onDidDispose,
  };
}

/** Whether the first step that is held opens the pages that show it. */
export const showsOnStepping = (): boolean =>
  workspace.getConfiguration('retrograd').get<boolean>('showViewsOnStep', true);
