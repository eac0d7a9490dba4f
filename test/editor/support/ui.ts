// Drives the real VS Code as a person would: keys, clicks, and what can be read on the screen. Knows no feature.
import { chromium, type Frame, type Locator, type Page } from 'playwright-core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';

let shared: Page | undefined;

/** The page that shows VS Code. */
export async function connect(): Promise<Page> {
  if (shared) return shared;
  const browser = await chromium.connectOverCDP(process.env.RETROGRAD_CDP!);
  shared = browser.contexts()[0].pages()[0]!;
  shared.setDefaultTimeout(15_000);
  return shared;
}

/** How often it is looked: asking the pages keeps the extension host busy, which is the one under test. */
const pause = 100;

/** Waits until `condition` gives something; fails with `what` when it never does. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeout = 20_000,
): Promise<NonNullable<T>> {
  let last: unknown;
  for (const deadline = Date.now() + timeout; Date.now() < deadline;) {
    try {
      const value = await condition();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Error(`waited ${timeout / 1000} s in vain for: ${what} (last: ${String(last)})`);
}

/** Runs a command from the palette by its full title, such as `Retrograd: Train Model`. */
export async function palette(title: string): Promise<void> {
  const page = await connect();
  await page.keyboard.press('Escape');
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor({ state: 'visible' });
  await input.fill(`>${title}`);
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
  await row.waitFor({ state: 'visible' });
  await row.click();
}

/** The titles that the palette offers for a text. */
export async function paletteOffers(text: string): Promise<string[]> {
  const page = await connect();
  await page.keyboard.press('Escape');
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor({ state: 'visible' });
  await input.fill(`>${text}`);
  await page.locator('.quick-input-list .monaco-list-row').first().waitFor({ state: 'visible' });
  const titles = await page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
  await page.keyboard.press('Escape');
  return titles;
}

/** The folder that is open. */
export function workspaceFolder(): string {
  return vscode.workspace.workspaceFolders![0].uri.fsPath;
}

/** Writes a file into the open folder and shows it in an editor. */
export async function openFile(name: string, text: string): Promise<vscode.TextEditor> {
  const path = join(workspaceFolder(), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
}

/** Leaves a picture for people to look at. */
export async function screenshot(name: string): Promise<void> {
  const page = await connect();
  const folder = process.env.RETROGRAD_SCREENSHOTS!;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** The page inside a webview, found by something that it shows. */
export async function webview(selector: string, timeout = 20_000): Promise<Frame> {
  const page = await connect();
  return until(
    `a webview with ${selector}`,
    async () => {
      for (const frame of page.frames()) {
        if (frame === page.mainFrame()) continue;
        if (
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      }
      return undefined;
    },
    timeout,
  );
}

/** A CodeLens by its text. */
export async function codeLens(text: string): Promise<Locator> {
  const page = await connect();
  const lens = page.locator('.codelens-decoration a').filter({ hasText: text }).first();
  await lens.waitFor({ state: 'visible' });
  return lens;
}

/** Texts of all status bar items. */
export async function statusBar(): Promise<string[]> {
  const page = await connect();
  return (await page.locator('.statusbar-item').allInnerTexts()).map((text) => text.trim());
}

/** Texts of the notifications, read off their list: newer VS Codes show a test no toasts. */
export async function notifications(): Promise<string[]> {
  const page = await connect();
  await vscode.commands.executeCommand('notifications.showList');
  return page.locator('.notifications-center .notification-list-item-message').allInnerTexts();
}

/** What the editor shows when the mouse rests on a word. */
export async function hover(word: string): Promise<string> {
  const page = await connect();
  const token = page
    .locator('.view-line span')
    .filter({ hasText: new RegExp(`^\\s*${word}\\s*$`) })
    .last();
  await token.hover();
  const box = page.locator('.monaco-hover:not(.hidden) .hover-contents').first();
  await box.waitFor({ state: 'visible' });
  return (await page.locator('.monaco-hover:not(.hidden) .hover-contents').allInnerTexts()).join(
    '\n',
  );
}

/** Diagnostics of a file, from all sources or one. */
export function problems(uri: vscode.Uri, source?: string): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter((diagnostic) => source === undefined || diagnostic.source === source);
}
