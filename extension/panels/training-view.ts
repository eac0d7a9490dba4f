// The Training view on the editor's side: answers the page and tells it what changes. Draws nothing.
import { commands, Disposable, Uri, type WebviewView, type WebviewViewProvider } from 'vscode';
import type { ViewEvents, ViewRequests } from '../../engine/protocol';
import { serve, type Handlers, type Port } from '../../engine/rpc';
import { showProblem } from '../report';
import type { Training } from '../training';
import { mayRun } from '../trust';
import { page, pageRoots } from './page';

export class TrainingView implements WebviewViewProvider {
  static readonly id = 'retrograd.training';

  constructor(
    private readonly extension: Uri,
    private readonly training: Training,
  ) {}

  resolveWebviewView(view: WebviewView): void {
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: pageRoots(this.extension) };
    let disposed = false;
    const listeners: Disposable[] = [];
    const port: Port = {
      // A hidden page would drop the message; it asks for all runs when it is shown again.
      post: (message) => {
        if (!disposed && view.visible) void webview.postMessage(message);
      },
      listen: (receive) => listeners.push(webview.onDidReceiveMessage(receive)),
    };
    const emit = serve<ViewRequests, ViewEvents>(port, this.handlers());
    listeners.push(
      this.training.onChange((record) => emit('run', record)),
      this.training.onThinned(() => emit('stale', null)),
    );
    view.onDidDispose(() => {
      disposed = true;
      Disposable.from(...listeners).dispose();
    });
    webview.html = page(webview, this.extension);
  }

  /** What a page may ask; it names no path and no command. */
  private handlers(): Handlers<ViewRequests> {
    const { training } = this;
    return {
      runs: () => training.records(),
      train: async () => {
        await commands.executeCommand('retrograd.train');
      },
      pause: () => training.pause(),
      resume: () => training.resume(),
      stop: () => training.stop(),
      restart: async () => {
        if (mayRun()) await training.restart();
      },
      activations: () => training.activations(),
      showProblem: async (id) => {
        if (training.latest?.record.id === id) await showProblem(training.latest);
      },
    };
  }
}
