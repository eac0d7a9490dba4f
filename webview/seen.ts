// Whether the page can be seen, as the editor tells: a page that it keeps in the background learns nothing by itself. Knows no view.
let told = true;
const listeners: (() => void)[] = [];

/** Who draws or asks by itself rests while the page cannot be seen. */
export const isSeen = (): boolean => told && !document.hidden;

/** Calls back when the page can be seen again. */
export function onSeen(listener: () => void): void {
  listeners.push(listener);
}

/** The editor shows the page, or puts something else in its place. */
export function tellSeen(seen: boolean): void {
  told = seen;
  back();
}

function back(): void {
  if (isSeen()) for (const listener of listeners) listener();
}

document.addEventListener('visibilitychange', back);
