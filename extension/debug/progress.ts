// Says that work takes long, once it does, and that it can be cancelled. Knows no work.

/** Work that is over sooner is not mentioned, in milliseconds. */
const patience = 300;
/** Nobody reads faster than this, in milliseconds. */
const pace = 100;

export class LongWork {
  private timer: NodeJS.Timeout | undefined;
  private shown: string | undefined;
  private count = 0;
  private updated = 0;

  constructor(private readonly tell: (event: string, body: object) => void) {}

  begin(title: string): void {
    this.end();
    const progressId = `walk ${++this.count}`;
    this.timer = setTimeout(() => {
      this.shown = progressId;
      this.tell('progressStart', { progressId, title, cancellable: true });
    }, patience);
  }

  visiting(step: number): void {
    const now = performance.now();
    if (this.shown === undefined || now - this.updated < pace) return;
    this.updated = now;
    this.tell('progressUpdate', { progressId: this.shown, message: `step ${step}` });
  }

  end(): void {
    clearTimeout(this.timer);
    if (this.shown !== undefined) this.tell('progressEnd', { progressId: this.shown });
    this.shown = undefined;
  }
}
