// Brings pages up one after the other, and has one made anew that stays blank. Knows no page.
import { Disposable, type Event, type Webview } from 'vscode';

/** A webview that comes and goes. */
export interface Shown {
  readonly webview: Webview;
  readonly visible: boolean;
  readonly onDidChangeVisibility?: Event<void>;
}

/** A page speaks within a second of coming up, on a busy machine within some more. */
const patience = 3000;

/** A page that stays blank so many times is left as it is. */
export const mostRenewals = 3;

/** Pages that are coming up: each settles when it has spoken, or has had its time. */
let comingUp: Promise<unknown> = Promise.resolve();

/**
 * Resolves when every page that is coming up has spoken, or had its time. Where VS Code serves webviews from
 * one place, of two that begin in the same instant one may stay blank for good: it asks a service worker for its
 * version which the other one's has just replaced. Whoever makes one waits.
 */
export const pagesAreUp = async (): Promise<void> => {
  for (let seen: unknown; seen !== comingUp;) await (seen = comingUp);
};

/** Waits for a page that was loaded; when it has not spoken some seconds after it was shown, `renew` is called. */
export function awaitPage(shown: Shown, renew: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let settle: () => void = () => undefined;
  const spoken = (): void => {
    clearTimeout(timer);
    settle();
  };
  const watch = (): void => {
    spoken();
    if (!shown.visible) return;
    timer = setTimeout(() => {
      settle();
      if (shown.visible) renew();
    }, patience);
    const up = new Promise<void>((resolve) => (settle = resolve));
    comingUp = Promise.all([comingUp, up]);
  };
  watch();
  return Disposable.from(
    shown.webview.onDidReceiveMessage(spoken),
    shown.onDidChangeVisibility?.(watch) ?? new Disposable(() => undefined),
    new Disposable(spoken),
  );
}
