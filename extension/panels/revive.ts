// Loads a page anew that stays blank. Knows no page.
import { Disposable, type Event, type Webview } from 'vscode';

/** A webview that comes and goes. */
export interface Shown {
  readonly webview: Webview;
  readonly visible: boolean;
  readonly onDidChangeVisibility?: Event<void>;
}

/** A page speaks within a second of coming up, on a busy machine within some more. */
const patience = 4000;

/**
 * Of two webviews that come up in the same instant, older VS Codes sometimes lose one. A page that has not
 * spoken some seconds after it was shown is loaded once more.
 */
export function reviveWhenSilent(shown: Shown, load: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    if (!shown.visible) return;
    timer = setTimeout(() => {
      if (shown.visible) load();
    }, patience);
  };
  watch();
  return Disposable.from(
    shown.webview.onDidReceiveMessage(() => {
      clearTimeout(timer);
    }),
    shown.onDidChangeVisibility?.(watch) ?? new Disposable(() => undefined),
    new Disposable(() => {
      clearTimeout(timer);
    }),
  );
}
