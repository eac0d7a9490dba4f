// The one place that asks whether code of this workspace may run.
import { commands, window, workspace } from 'vscode';

/** True in a trusted workspace; otherwise says once what is missing, and false. */
export function mayRun(): boolean {
  if (workspace.isTrusted) return true;
  const manage = 'Manage Workspace Trust';
  void window
    .showWarningMessage(
      'Retrograd runs the code of a model file, so it trains and debugs only in a trusted workspace.',
      manage,
    )
    .then((answer) => {
      if (answer === manage) void commands.executeCommand('workbench.trust.manage');
    });
  return false;
}
