// Activation: makes the parts, connects them to the editor, and nothing more.
import { commands, Uri, workspace, type ExtensionContext } from 'vscode';
import { codeLens } from './code-lens';
import { commandTable, type Parts } from './commands';
import { contextKeys } from './context-keys';
import { CursorHub } from './cursor';
import { debugConfigurations } from './debug/configuration';
import { flowDecorations } from './debug/flow';
import { debugSessions } from './debug/sessions';
import { diagnostics } from './diagnostics';
import { startEngine, type EngineClient, type EngineHost } from './engine-client';
import { Gallery } from './gallery';
import { PackageWatch } from './package-watch';
import { ModelPanel } from './panels/model-panel';
import { panelViews } from './panels/panel-view';
import { report } from './report';
import { shapesWhileTyping } from './shapes';
import { Observations } from './shapes/observed';
import { statusBar } from './status-bar';
import { Training } from './training';

/** What the extension tells other extensions and its own tests. */
export interface Api {
  /**
   * How long activation held the editor's extensions up, in milliseconds: what the clock says, or
   * less when other programs had the processor for a part of it.
   */
  readonly activationTime: number;
}

export function activate(context: ExtensionContext): Api {
  const begin = performance.now();
  const usedBefore = process.cpuUsage();
  const { extensionUri, extension, globalStorageUri, subscriptions } = context;
  const start = (whenGone: (reason: string) => void): EngineClient => {
    const settings = workspace.getConfiguration('retrograd.engine');
    const path = Uri.joinPath(extensionUri, 'dist', 'supervisor.cjs').fsPath;
    const host = settings.get<EngineHost>('host', 'worker');
    const limits = {
      memoryBudget: settings.get<number>('memoryBudget', 2048) * 2 ** 20,
      threads: settings.get<number>('threads', 0),
    };
    return startEngine(path, host, limits, whenGone);
  };
  const training = new Training(start, context.workspaceState);
  const packages = new PackageWatch(extensionUri);
  const { version } = extension.packageJSON as { version: string };
  const shipped = Uri.joinPath(extensionUri, 'dist', 'gallery');
  const gallery = new Gallery(shipped, globalStorageUri, version, packages);
  const cursor = new CursorHub(training);
  const pages = { extension: extensionUri, training, cursor };
  const model = new ModelPanel(pages);
  const parts: Parts = { training, packages, gallery, cursor, model };
  subscriptions.push(
    training,
    cursor,
    debugSessions(training),
    debugConfigurations(packages),
    flowDecorations(training, cursor),
    packages,
    statusBar(training),
    codeLens(training),
    diagnostics(training),
    report(training),
    shapesWhileTyping(start, new Observations(training, cursor)),
    contextKeys(training),
    ...panelViews(pages),
    model,
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('retrograd.engine')) training.settingsChanged();
    }),
    ...Object.entries(commandTable).map(([name, run]) =>
      commands.registerCommand(name, (argument?: unknown) => run(parts, argument)),
    ),
  );
  const { user, system } = process.cpuUsage(usedBefore);
  return { activationTime: Math.min(performance.now() - begin, (user + system) / 1000) };
}
