// Installs the package for every file of a trusted workspace that imports it. Knows no file layout.
import { dirname } from 'node:path';
import { commands, Disposable, Uri, window, workspace, type TextDocument } from 'vscode';
import { importsEngine } from './model-file';
import { ensurePackage } from './package-install';

export class PackageWatch {
  private readonly source: string;
  /** One at a time, so that two files of a folder do not both install. */
  private queue: Promise<void> = Promise.resolve();
  private readonly subscriptions: Disposable;

  constructor(extension: Uri) {
    this.source = Uri.joinPath(extension, 'dist', 'retrograd').fsPath;
    const look = (document: TextDocument): void => {
      if (workspace.isTrusted && importsIt(document)) void this.ensureFor(document.uri);
    };
    const lookAtAll = (): void => workspace.textDocuments.forEach(look);
    this.subscriptions = Disposable.from(
      workspace.onDidOpenTextDocument(look),
      workspace.onDidSaveTextDocument(look),
      workspace.onDidGrantWorkspaceTrust(lookAtAll),
    );
    lookAtAll();
  }

  /** Resolves when the import resolves for this file, or the user knows why it cannot. */
  ensureFor(file: Uri): Promise<void> {
    this.queue = this.queue.then(() => this.install(file));
    return this.queue;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async install(file: Uri): Promise<void> {
    const root = workspace.getWorkspaceFolder(file)?.uri.fsPath ?? dirname(file.fsPath);
    try {
      const installed = await ensurePackage(file.fsPath, root, this.source);
      // TypeScript watches for new packages, but not in folders that did not exist at all.
      if (installed) await commands.executeCommand('typescript.reloadProjects');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      void window.showWarningMessage(
        `Retrograd could not put its types into ${root}, so completions are missing: ${why}`,
      );
    }
  }
}

function importsIt(document: TextDocument): boolean {
  const { languageId, uri } = document;
  return languageId === 'typescript' && uri.scheme === 'file' && importsEngine(document.getText());
}
