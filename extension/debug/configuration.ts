// Launch configurations: what F5 does without any, what a launch.json may leave out. Knows no run.
import {
  commands,
  debug,
  DebugConfigurationProviderTriggerKind,
  Disposable,
  Uri,
  window,
  workspace,
  type DebugConfiguration,
  type DebugConfigurationProvider,
} from 'vscode';
import type { PackageWatch } from '../package-watch';
import { showsOnStepping } from '../panels/model-panel';
import { activeFile, isModelDocument, modelFiles } from '../train-command';
import { mayRun } from '../trust';
import type { LaunchArguments } from './dap';
import { debugType } from './sessions';

export function debugConfigurations(packages: PackageWatch): Disposable {
  const provider: DebugConfigurationProvider = {
    resolveDebugConfigurationWithSubstitutedVariables: (_, given) => resolve(given, packages),
    resolveDebugConfiguration: async (_, given) => {
      // F5 without a launch.json gives nothing at all.
      if (given.type !== undefined || !window.activeTextEditor) return given;
      const file = await activeFile();
      return file && launchOf(file);
    },
  };
  const dynamic: DebugConfigurationProvider = {
    provideDebugConfigurations: async () => (await modelFiles()).map(launchOf),
  };
  return Disposable.from(
    debug.registerDebugConfigurationProvider(debugType, provider),
    debug.registerDebugConfigurationProvider(
      debugType,
      dynamic,
      DebugConfigurationProviderTriggerKind.Dynamic,
    ),
  );
}

function launchOf(file: Uri): DebugConfiguration {
  const name = `Debug ${workspace.asRelativePath(file)}`;
  return { type: debugType, request: 'launch', name, program: file.fsPath };
}

/** A configuration that can be launched, or undefined when there is nothing to debug. */
async function resolve(
  given: DebugConfiguration,
  packages: PackageWatch,
): Promise<DebugConfiguration | undefined> {
  if (!mayRun()) return undefined;
  const active = window.activeTextEditor?.document.uri.fsPath;
  const program = (given.program as string | undefined) || active;
  if (program === undefined) {
    void window.showErrorMessage('Which model shall be debugged? Open a model file and try again.');
    return undefined;
  }
  const file = Uri.file(program);
  const document = await workspace.openTextDocument(file).then(
    (found) => found,
    () => undefined,
  );
  if (document === undefined || !isModelDocument(document)) {
    void window.showErrorMessage(
      document === undefined
        ? `There is no file ${program} to debug.`
        : `${workspace.asRelativePath(file)} is not a model: a model file imports ‘retrograd’ and exports a function train.`,
    );
    return undefined;
  }
  if (document.isDirty && !(await document.save())) return undefined;
  void packages.ensureFor(file);
  if (given.noDebug === true) {
    const { seed, hyper } = given as Partial<LaunchArguments>;
    await commands.executeCommand('retrograd.train', { program, seed, hyper });
    return undefined;
  }
  // The pages of the step come up in the bottom panel; the console would only pass by in front of them.
  const console = showsOnStepping() && { internalConsoleOptions: 'neverOpen' };
  return { ...console, ...given, program };
}

/** Starts a debug session of a file, or as the given configuration says. */
export async function startDebugging(wanted: Uri | LaunchArguments | undefined): Promise<void> {
  if (!mayRun()) return;
  const launch = wanted instanceof Uri ? { program: wanted.fsPath } : wanted;
  const program = launch?.program ? Uri.file(launch.program) : await activeFile();
  if (program === undefined && window.activeTextEditor) return;
  const folder = program && workspace.getWorkspaceFolder(program);
  await debug.startDebugging(folder, { ...launchOf(program ?? Uri.file('')), ...launch });
}

/** Lets the debugger do what is its own while a session is at work; false when there is none. */
export async function debugCommand(name: 'pause' | 'continue'): Promise<boolean> {
  if (debug.activeDebugSession?.type !== debugType) return false;
  await commands.executeCommand(`workbench.action.debug.${name}`);
  return true;
}

/** Sends a request that only this debugger knows to the session at work. */
export async function customRequest(command: 'stepInBack' | 'stepOutBack'): Promise<void> {
  const session = debug.activeDebugSession;
  if (session?.type === debugType) await session.customRequest(command, { threadId: 1 });
}
