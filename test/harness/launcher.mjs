#!/usr/bin/env node
// Stands in for the `code` executable: takes its arguments, shows VS Code in a browser, exits as the tests end.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { chromium } from 'playwright-core';
import { browserArguments, findBrowser } from './browser.mjs';
import { freePort, serve } from './serve.mjs';

/** A run that hangs is ended after this many milliseconds. */
const patience = 20 * 60_000;

const option = (name) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ??
  (process.argv.includes(`--${name}`)
    ? process.argv[process.argv.indexOf(`--${name}`) + 1]
    : undefined);

const dataFolder = option('user-data-dir');
const lane = process.env.RETROGRAD_LANE ?? 'oldest';
const folder = process.argv.slice(2).find((word) => !word.startsWith('-') && word !== dataFolder);
const debugPort = await freePort();
mkdirSync(dataFolder, { recursive: true });

const server = await serve({
  lane,
  dataFolder,
  trusted: process.env.RETROGRAD_RESTRICTED !== '1',
  settings: JSON.parse(process.env.RETROGRAD_SETTINGS ?? '{}'),
  environment: { RETROGRAD_CDP: `http://127.0.0.1:${debugPort}` },
});
const browser = await chromium.launchPersistentContext(join(dataFolder, 'browser'), {
  executablePath: findBrowser(),
  headless: true,
  args: [...browserArguments, `--remote-debugging-port=${debugPort}`],
  viewport: { width: 1280, height: 800 },
  colorScheme: 'dark',
});

const finish = async (status) => {
  clearTimeout(timer);
  if (status !== 0) console.error(server.output());
  await browser.close().catch(() => undefined);
  server.stop();
  process.exit(status);
};
const timer = setTimeout(() => {
  console.error(`the editor's tests did not end within ${patience / 60_000} minutes`);
  void finish(1);
}, patience);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void finish(130));

// The tests' own output comes between these two lines; the rest is VS Code talking to itself.
let listening = false;
// The oldest lane has no compiled add-ons, says so at length, and works without them.
const missingAddon = /Could not locate the bindings file/;
const page = browser.pages()[0] ?? (await browser.newPage());
await page.exposeFunction('codeAutomationLog', (type, words) => {
  const text = format(...words);
  if (text.includes('retrograd-tests-begin')) listening = true;
  else if (text.includes('retrograd-tests-end')) listening = false;
  else if (listening && !missingAddon.test(text)) (console[type] ?? console.log)(text);
});
await page.exposeFunction('codeAutomationExit', (status) => void finish(status));

const remote = (path) => `vscode-remote://127.0.0.1:${server.port}${path}`;
const payload = [
  ['skipWelcome', 'true'],
  ...['extensionDevelopmentPath', 'extensionTestsPath'].flatMap((name) =>
    option(name) ? [[name, remote(option(name))]] : [],
  ),
];
const address = new URL(`http://127.0.0.1:${server.port}/`);
address.searchParams.set('folder', folder);
address.searchParams.set('payload', JSON.stringify(payload));
await page.goto(address.href);
