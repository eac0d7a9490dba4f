// Connects a page of ours with the editor: answers what it asks, tells it what changes. Knows no view by name.
import { debug, Disposable, type Event, type Uri } from 'vscode';
import type { ViewEvents } from '../../engine/protocol';
import { overJson, serve, type Emit } from '../../engine/rpc';
import type { CursorHub } from '../cursor';
import type { Training } from '../training';
import { page, pageRoots, type PageName } from './page';
import { passOn, standingOf, viewHandlers, type OwnViewRequests } from './requests';
import { awaitPage, type Renewal, type Shown } from './load-in-turn';

/** In a debug session the editor's own yellow line comes first; pages follow so much later, in milliseconds. */
const courtesy = 60;

/** What all pages need. */
export interface Pages {
  readonly extension: Uri;
  readonly training: Training;
  readonly cursor: CursorHub;
}

/** A webview that can be seen, or not; it is kept in the background, with what was chosen in its page. */
export interface Surface extends Shown {
  readonly onDidDispose: Event<void>;
}

/** Fills a webview with a page; the result sends it events. */
export function openPage(
  { extension, training, cursor }: Pages,
  surface: Surface,
  name: PageName,
  renewal: Renewal,
): Emit<ViewEvents> {
  const { webview } = surface;
  webview.options = { enableScripts: true, localResourceRoots: pageRoots(extension) };
  let disposed = false;
  const listeners: Disposable[] = [];
  const port = overJson({
    post: (message) => {
      if (!disposed) void webview.postMessage(message);
    },
    listen: (receive) => listeners.push(webview.onDidReceiveMessage(receive)),
  });
  const emit = serve<OwnViewRequests, ViewEvents>(
    port,
    viewHandlers(training, cursor),
    passOn(training),
  );
  // A page in the background is left in peace: it asks for everything when it is shown again.
  const tell: Emit<ViewEvents> = (name, data) => {
    if (surface.visible) emit(name, data);
  };
  const standing = (): void => tell('standing', standingOf(cursor));
  let timer: NodeJS.Timeout | undefined;
  const moved = (): void => {
    clearTimeout(timer);
    if (debug.activeDebugSession === undefined) standing();
    else timer = setTimeout(standing, courtesy);
  };
  listeners.push(
    training.onChange((record) => tell('run', record)),
    training.onThinned(() => tell('stale', null)),
    cursor.onDidHold(standing),
    cursor.onDidChange(moved),
    surface.onDidChangeVisibility(() => emit('seen', surface.visible)),
  );
  surface.onDidDispose(() => {
    disposed = true;
    clearTimeout(timer);
    Disposable.from(...listeners).dispose();
  });
  webview.html = page(webview, extension, name);
  listeners.push(awaitPage(surface, renewal));
  return emit;
}
