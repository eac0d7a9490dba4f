// Brings pages up one after the other, and has one made anew that stays blank. Knows no page.
import { Disposable, env, UIKind, type Event, type Webview } from 'vscode';

/** A webview that comes and goes. */
export interface Shown {
  readonly webview: Webview;
  readonly visible: boolean;
  readonly onDidChangeVisibility: Event<void>;
}

/** A page speaks within a second of coming up, on a busy machine within some more; only browsers lose one. */
const patience = env.uiKind === UIKind.Web ? 3000 : 10_000;

/** A page that stays blank so many times is left as it is. */
const mostRenewals = 5;

/** Pages that are coming up: each settles when it has spoken, or has had its time. */
let comingUp: Promise<unknown> = Promise.resolve();
/** Pages that are made anew, one behind the other. */
let renewing: Promise<unknown> = Promise.resolve();

/**
 * Resolves when every page that is coming up has spoken, or had its time. Where VS Code serves webviews from
 * one place, of two that begin in the same instant one may stay blank for good: it asks a service worker for its
 * version which the other one's has just replaced. Whoever makes one waits.
 */
export const pagesAreUp = async (): Promise<void> => {
  for (let seen: unknown; seen !== comingUp;) await (seen = comingUp);
};

/** How a webview is made anew whose page stays blank; `make` resolves when it is there, and its page awaited. */
export class Renewal {
  private count = 0;

  constructor(private readonly make: () => Promise<void> | void) {}

  begin(): void {
    if (this.count++ >= mostRenewals) return;
    const made = renewing.then(pagesAreUp).then(this.make).then(pagesAreUp);
    // One that cannot be made is in nobody's way.
    renewing = made.catch(() => undefined);
  }

  succeeded(): void {
    this.count = 0;
  }
}

/** Waits for a page that was loaded, and makes it anew when it has not spoken some seconds after it was shown. */
export function awaitPage(shown: Shown, renewal: Renewal): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let settle: () => void = () => undefined;
  const stop = (): void => {
    clearTimeout(timer);
    settle();
  };
  const watch = (): void => {
    stop();
    if (!shown.visible) return;
    timer = setTimeout(() => {
      settle();
      if (shown.visible) renewal.begin();
    }, patience);
    const up = new Promise<void>((resolve) => (settle = resolve));
    comingUp = Promise.all([comingUp, up]);
  };
  watch();
  const watching: Disposable = Disposable.from(
    shown.webview.onDidReceiveMessage(() => {
      renewal.succeeded();
      watching.dispose();
    }),
    shown.onDidChangeVisibility(watch),
    new Disposable(stop),
  );
  return watching;
}
