// A page in the bottom panel: Training, or Timeline. Draws nothing.
import { window, type Disposable, type WebviewViewProvider } from 'vscode';
import type { PageName } from './page';
import { openPage, type Pages } from './page-port';

/** Registers the pages of the bottom panel. */
export function panelViews(pages: Pages): Disposable[] {
  return (['training', 'timeline'] as const).map((name) =>
    window.registerWebviewViewProvider(`retrograd.${name}`, provider(pages, name)),
  );
}

const provider = (pages: Pages, name: PageName): WebviewViewProvider => ({
  resolveWebviewView: (view) => void openPage(pages, view, name),
});
