// The few words of shared memory by which a supervisor reaches into a thread that user code holds. Knows no message.

export const command = { run: 0, pause: 1, stop: 2 } as const;

/** Raised in the user's thread, out of whatever it is doing, when the run is to end. */
export class StopSignal extends Error {
  constructor() {
    super('the run was stopped');
    this.name = 'StopSignal';
  }
}

const commandWord = 0;
const mailWord = 1;

/** Both ends hold one over the same memory. */
export class Control {
  private readonly words: Int32Array;
  private mailSeen = 0;

  constructor(readonly shared = new SharedArrayBuffer(8)) {
    this.words = new Int32Array(shared);
  }

  /** Supervisor: what the run shall do from now on. */
  set(value: (typeof command)[keyof typeof command]): void {
    Atomics.store(this.words, commandWord, value);
    this.ring();
  }

  /** Supervisor: a request was posted; wakes a paused run so that it answers. */
  ring(): void {
    Atomics.add(this.words, mailWord, 1);
    Atomics.notify(this.words, mailWord);
  }

  /** User's thread: throws when the run is to end. Cheap enough for every op. */
  checkStop(): void {
    if (this.words[commandWord] === command.stop) throw new StopSignal();
  }

  get pausing(): boolean {
    return Atomics.load(this.words, commandWord) === command.pause;
  }

  /** User's thread: whether requests have come in since the last look. */
  takeMail(): boolean {
    const count = Atomics.load(this.words, mailWord);
    const news = count !== this.mailSeen;
    this.mailSeen = count;
    return news;
  }

  /** User's thread: sleeps until something is rung. */
  waitForMail(): void {
    Atomics.wait(this.words, mailWord, this.mailSeen);
  }
}
