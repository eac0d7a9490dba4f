// The editor's end of a session: takes requests, answers each exactly once, and tells events. Knows no run.
import { basename } from 'node:path';
import { Refusal, type Message, type Request } from './dap';

/** Gives a request's body; what it throws is the reason of a refusal. */
export type Handler = (given: never) => unknown;

export class Dialogue {
  private seq = 0;

  constructor(
    private readonly post: (message: Message) => void,
    private readonly handlers: () => Readonly<Record<string, Handler>>,
  ) {}

  /** Takes any message; a request is answered once, whatever it is. */
  receive(message: unknown): void {
    const request = message as Partial<Request> | null;
    if (typeof request !== 'object' || request?.type !== 'request') return;
    void this.answer(request as Request);
  }

  private async answer({ seq, command, arguments: given }: Request): Promise<void> {
    const common = { type: 'response', request_seq: seq, command } as const;
    try {
      const handlers = this.handlers();
      const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
      if (handler === undefined) throw new Refusal(`unknown request '${command}'`);
      const body = await handler((given ?? {}) as never);
      this.post({ ...common, seq: ++this.seq, success: true, ...(body !== undefined && { body }) });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.post({ ...common, seq: ++this.seq, success: false, message: text });
    }
  }

  event(event: string, body?: unknown): void {
    this.post({ type: 'event', seq: ++this.seq, event, ...(body !== undefined && { body }) });
  }

  /** A line in the Debug Console, with a link to a place of the user's text. */
  output(category: string, output: string, at?: { file: string; line: number }): void {
    const source = at && { source: { name: basename(at.file), path: at.file }, line: at.line };
    this.event('output', { category, output, ...source });
  }
}
