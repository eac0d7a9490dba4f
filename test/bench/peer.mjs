// A process that answers one JSON line with another, and whether it could start. Knows no workload.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Peer {
  #child;
  #lines;

  constructor(name, command, args, environment) {
    this.name = name;
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: environment,
    });
    this.#child.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Its answer; throws when the process has ended. */
  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name} ended without an answer to ${JSON.stringify(request)}`);
    return JSON.parse(value);
  }

  end() {
    this.#child.stdin.end();
  }
}
