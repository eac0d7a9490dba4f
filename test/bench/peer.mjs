// A process that answers one JSON line with another, and what it costs. Knows no workload.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Longer than any answer takes, on a machine with much else to do. */
const patience = 90_000;

export class Peer {
  #child;
  #lines;

  constructor(name, command, args, environment = process.env) {
    this.name = name;
    /** What computes, whatever the number of threads. */
    this.library = name.replace(/ x\d+$/, '');
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: environment });
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Its answer; throws when the process has ended, or says nothing for long. */
  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), patience);
    });
    try {
      const { value, done } = await Promise.race([this.#lines.next(), late]);
      if (done) throw new Error(`ended without an answer to ${JSON.stringify(request)}`);
      return JSON.parse(value);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Processor seconds that it has used, where the system tells. */
  get cpuSeconds() {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      return undefined;
    }
  }

  end() {
    this.#child.stdin.end();
    this.#child.kill();
  }
}
