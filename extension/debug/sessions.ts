// Debug sessions of this window: one at a time, over the one run that the window trains. Knows no protocol message.
import {
  commands,
  debug,
  DebugAdapterInlineImplementation,
  Disposable,
  EventEmitter,
  workspace,
  type DebugAdapter,
  type DebugProtocolMessage,
  type DebugSession,
} from 'vscode';
import { basename } from 'node:path';
import type { Run, Training } from '../training';
import { Adapter } from './adapter';
import { Refusal } from './dap';
import type { Target } from './target';

export const debugType = 'retrograd';

/** Sessions that have run a model; no more than one is at work. */
const started = new Set<RunTarget>();

export function debugSessions(training: Training): Disposable {
  return Disposable.from(
    debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor: () =>
        new DebugAdapterInlineImplementation(new InlineAdapter(new RunTarget(training))),
    }),
    debug.onDidStartDebugSession(showRunAndDebug),
  );
}

/** VS Code shows its variables and call stack by itself only at breakpoints; a session here stops at once. */
async function showRunAndDebug({ type }: DebugSession): Promise<void> {
  const wish = workspace.getConfiguration('debug').get<string>('openDebug');
  if (type !== debugType || wish === 'neverOpen') return;
  await commands.executeCommand('workbench.view.debug');
  await commands.executeCommand('workbench.action.focusActiveEditorGroup');
}

/** The window's run, as far as it is this session's. */
class RunTarget implements Target {
  private run: Run | undefined;

  constructor(private readonly training: Training) {}

  async start(options: Parameters<Target['start']>[0]): Promise<void> {
    const other = [...started].find(({ isActive }) => isActive);
    if (other)
      throw new Refusal(
        `${basename(other.run!.file)} is being debugged already. Stop that session first: one model runs at a time.`,
      );
    const { training } = this;
    const { file } = options;
    const label = workspace.asRelativePath(file);
    const seed = workspace.getConfiguration('retrograd').get<number>('seed', 0);
    const begun = training.onBegin((run) => (this.run = run));
    try {
      await training.train({ seed, ...options, hold: true }, label);
    } finally {
      begun.dispose();
    }
    started.add(this);
  }

  async stop(): Promise<void> {
    if (this.isActive) await this.training.stop();
    started.delete(this);
  }

  get ask(): Target['ask'] {
    if (!this.isActive) throw new Refusal('the run has ended');
    return this.training.ask;
  }

  on: Target['on'] = (name, receive) => {
    const subscription = this.training.onEngine((told) => {
      if (told.name === name && this.run !== undefined && this.training.latest === this.run)
        receive(told.data as never);
    });
    return () => {
      subscription.dispose();
    };
  };

  get isActive(): boolean {
    const { run, training } = this;
    return run !== undefined && training.latest === run && run.record.state !== 'ended';
  }
}

/** The adapter as the editor wants it, in the extension's own process. */
class InlineAdapter extends Disposable implements DebugAdapter {
  private readonly sent = new EventEmitter<DebugProtocolMessage>();
  readonly onDidSendMessage = this.sent.event;
  private readonly adapter: Adapter;

  constructor(target: Target) {
    const edits = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) this.adapter.edited(document.uri.fsPath);
    });
    super(() => {
      // A window that closes sends no `disconnect`.
      this.adapter.editor.receive({ seq: 0, type: 'request', command: 'disconnect' });
      edits.dispose();
    });
    this.adapter = new Adapter(target, (message) => this.sent.fire(message));
  }

  handleMessage(message: DebugProtocolMessage): void {
    this.adapter.editor.receive(message);
  }
}
