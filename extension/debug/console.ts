// What the Debug Console knows beside expressions: questions about the whole run, and ways to other steps and branches. Knows no run.
import type { RunQuestion } from '../../engine/protocol';
import { Refusal } from './dap';

/** What was typed, understood. */
export type ConsoleCommand =
  | { kind: 'ask'; question: RunQuestion }
  | { kind: 'goTo'; step: number; branch: number | undefined }
  | { kind: 'branch'; hyper: Record<string, number | string | boolean> };

interface Form {
  readonly usage: string;
  readonly about: string;
  read(words: readonly string[]): ConsoleCommand | undefined;
}

const forms: Readonly<Record<string, Form>> = {
  $lastChange: {
    usage: '$lastChange(this.weight)',
    about: 'which update last changed a parameter, and by how much',
    read: ([name, ...rest]) =>
      name && rest.length === 0
        ? { kind: 'ask', question: { kind: 'lastChange', name: unquoted(name) } }
        : undefined,
  },
  $firstOver: {
    usage: '$firstOver(this.weight.grad, 10)',
    about:
      'the step in which the norm of a parameter, a gradient, a variable or the loss first passed a limit',
    read: (words) => {
      const limit = Number(words.at(-1));
      const name = words.slice(0, -1).join(', ');
      if (words.length < 2 || name === '' || Number.isNaN(limit)) return undefined;
      return { kind: 'ask', question: { kind: 'firstOver', name: unquoted(name), limit } };
    },
  },
  $firstDifference: {
    usage: '$firstDifference(0)',
    about: 'the first row and number in which this branch differs from another; 0 is the trunk',
    read: ([branch = '', ...rest]) =>
      whole(branch) && rest.length === 0
        ? { kind: 'ask', question: { kind: 'firstDifference', branch: Number(branch) } }
        : undefined,
  },
  $goTo: {
    usage: '$goTo(step, branch)',
    about: 'goes to a training step, of another branch when one is given; 0 is the trunk',
    read: ([step = '', branch, ...rest]) =>
      whole(step) && (branch === undefined || whole(branch)) && rest.length === 0
        ? {
            kind: 'goTo',
            step: Number(step),
            branch: branch === undefined ? undefined : Number(branch),
          }
        : undefined,
  },
  $branch: {
    usage: '$branch(lr=0.01)',
    about:
      'continues from the beginning of this step with other hyperparameters, and with the files as they are saved now',
    read: (words) => {
      const pairs = words.map((word) => /^\s*([\w$]+)\s*[=:]\s*(.+)$/.exec(word));
      if (pairs.includes(null)) return undefined;
      const hyper = Object.fromEntries(
        pairs.map((pair) => [pair?.[1] ?? '', valueOf(pair?.[2] ?? '')]),
      );
      return { kind: 'branch', hyper };
    },
  },
};

/** A command, or undefined when it is an expression of the user's program. */
export function consoleCommand(text: string): ConsoleCommand | undefined {
  const [, name = '', inner = ''] = /^\s*(\$\w+)\s*\((.*)\)\s*;?\s*$/s.exec(text) ?? [];
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (form === undefined) return undefined;
  const words = inner.trim() === '' ? [] : inner.split(',').map((word) => word.trim());
  const { usage, about } = form;
  const command = form.read(words);
  if (command === undefined)
    throw new Refusal(`${usage} — ${about}; this cannot be read: ${text.trim()}`);
  return command;
}

/** What can be typed, for somebody who has begun with `$`. */
export function completionsOf(text: string, column: number): object[] {
  const begun = /\$\w*$/.exec(text.slice(0, column))?.[0];
  if (begun === undefined) return [];
  const names = {
    $step: 'the training step',
    $phase: 'forward, backward or update',
    $iter: 'the iteration of the loop around',
  };
  return [
    ...Object.entries(forms).map(([label, { usage, about }]) => ({
      label,
      text: usage,
      detail: about,
      type: 'function',
    })),
    ...Object.entries(names).map(([label, detail]) => ({ label, detail, type: 'variable' })),
  ]
    .filter(({ label }) => label.startsWith(begun))
    .map((item) => ({ ...item, length: begun.length }));
}

function unquoted(name: string): string {
  return name.replace(/^(['"`])(.*)\1$/s, '$2');
}

function whole(text: string): boolean {
  return /^\d+$/.test(text);
}

function valueOf(text: string): number | string | boolean {
  const value = unquoted(text.trim());
  if (value === 'true' || value === 'false') return value === 'true';
  return Number.isFinite(Number(value)) ? Number(value) : value;
}
