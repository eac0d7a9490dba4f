// Takes a run that is held through its past to answer a question, and back to where it stood. Knows no question.
import type { CursorInfo, EngineEvents, HeldInfo, RunAnswer, RunQuestion } from '../protocol';
import { answer, type RunSource } from '../history/questions';

/** What an inquiry needs of the thread in which the run lives. */
export interface InquiryHost {
  ask(method: string, argument: unknown): Promise<unknown>;
  /** Resolves with the next event of one of these names; rejects when the run has ended for good. */
  next<K extends keyof EngineEvents>(...names: K[]): Promise<{ name: K; data: EngineEvents[K] }>;
}

export class Inquiry implements RunSource {
  private at: { step: number; branch: number } | undefined;
  /** Whether the run has been anywhere else. */
  travelled = false;

  constructor(private readonly host: InquiryHost) {}

  /** Answers, and puts the cursor back. */
  async answer(question: RunQuestion): Promise<RunAnswer> {
    const cursor = (await this.host.ask('cursor', undefined)) as CursorInfo;
    const { step, branch, position } = cursor;
    this.at = { step, branch };
    try {
      return await answer(this, question, cursor);
    } finally {
      if (this.hasMoved({ step, branch })) {
        await this.hold(step, branch);
        await this.host.ask('goTo', { position });
      }
    }
  }

  private hasMoved({ step, branch }: { step: number; branch: number }): boolean {
    return this.at?.step !== step || this.at.branch !== branch;
  }

  private leave(): void {
    this.at = undefined;
    this.travelled = true;
  }

  ask: RunSource['ask'] = (method, ...[argument]) =>
    this.host.ask(method, argument) as Promise<never>;

  async hold(step: number, branch: number): Promise<void> {
    if (!this.hasMoved({ step, branch })) return;
    const arrival = this.host.next('held', 'ended');
    this.leave();
    await this.host.ask('record', { step, branch, quiet: true });
    const { name, data } = await arrival;
    if (name === 'ended') throw new Error(`the run ended on the way to step ${step}`);
    const held = data as HeldInfo;
    this.at = { step: held.step, branch: held.branch };
    if (held.step !== step) throw new Error(`step ${step} cannot be reached again`);
  }

  scan: RunSource['scan'] = async (request) => {
    const arrival = this.host.next('sought', 'ended');
    this.leave();
    await this.host.ask('scan', request);
    await arrival;
    return (await this.host.ask('scanned', undefined)) as { step: number; value: number };
  };
}
