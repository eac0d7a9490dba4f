// Open Gallery: a copy of the shipped models that the user may edit, or one model in this workspace.
import {
  commands,
  FileType,
  QuickPickItemKind,
  Uri,
  window,
  workspace,
  type QuickPickItem,
} from 'vscode';
import { chapters, headOf, inLectureOrder } from './gallery-head';
import type { PackageWatch } from './package-watch';

interface Choice extends QuickPickItem {
  /** A file of the shipped gallery; absent for the whole. */
  model?: string;
}

export class Gallery {
  constructor(
    private readonly shipped: Uri,
    private readonly storage: Uri,
    private readonly version: string,
    private readonly packages: PackageWatch,
  ) {}

  async open(): Promise<void> {
    const folder = await this.copyOnce();
    const workspaceFolder = workspace.workspaceFolders?.[0]?.uri;
    if (workspaceFolder === undefined) {
      await commands.executeCommand('vscode.openFolder', folder);
      return;
    }
    const models = await this.models();
    const choices: Choice[] = [
      ...models,
      { label: 'All of them', kind: QuickPickItemKind.Separator },
      {
        label: '$(folder-opened) Whole gallery in a new window',
        detail: 'A copy that is yours to edit',
        alwaysShow: true,
      },
    ];
    const choice = await window.showQuickPick(choices, {
      title: 'Gallery',
      placeHolder: 'Copy a model into this workspace, or open them all',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (choice === undefined) return;
    if (choice.model !== undefined) await this.openHere(choice.model, workspaceFolder);
    else await commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
  }

  /** Each shipped version once, so that what the user changed in a copy is never overwritten. */
  private async copyOnce(): Promise<Uri> {
    const target = Uri.joinPath(this.storage, `gallery-${this.version}`);
    if (!(await exists(target))) {
      await workspace.fs.createDirectory(this.storage);
      await workspace.fs.copy(this.shipped, target);
      await this.packages.ensureFor(Uri.joinPath(target, 'model.ts'));
    }
    return target;
  }

  /** The models in lecture order, each chapter under its title. */
  private async models(): Promise<Choice[]> {
    const entries = await workspace.fs.readDirectory(this.shipped);
    const names = entries.flatMap(([name, type]) =>
      type === FileType.File && name.endsWith('.ts') ? [name] : [],
    );
    const models = await Promise.all(
      names.map(async (model) => ({ model, head: headOf(model, await this.read(model)) })),
    );
    models.sort((a, b) => inLectureOrder(a.head, b.head));
    return models.flatMap(({ model, head }, i): Choice[] => {
      const { id, title, about, chapter } = head;
      const item = { label: `${id} · ${title}`, description: model, detail: about, model };
      if (chapter === models[i - 1]?.head.chapter) return [item];
      return [{ label: chapters[chapter], kind: QuickPickItemKind.Separator }, item];
    });
  }

  /** Copies a model with the files that it imports; a file that is there already stays as it is. */
  private async openHere(model: string, folder: Uri): Promise<void> {
    const wanted = [model];
    for (const name of wanted) {
      const text = await this.read(name);
      for (const [, imported] of text.matchAll(/from\s+['"]\.\/([\w./-]+?)(?:\.ts)?['"]/g)) {
        if (!wanted.includes(`${imported}.ts`)) wanted.push(`${imported}.ts`);
      }
      const target = Uri.joinPath(folder, name);
      if (!(await exists(target))) await workspace.fs.writeFile(target, Buffer.from(text));
    }
    const file = Uri.joinPath(folder, model);
    if (workspace.isTrusted) await this.packages.ensureFor(file);
    await window.showTextDocument(file);
  }

  private async read(name: string): Promise<string> {
    const bytes = await workspace.fs.readFile(Uri.joinPath(this.shipped, name));
    return Buffer.from(bytes).toString('utf8');
  }
}

async function exists(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
