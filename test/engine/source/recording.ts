// A recorder that writes down all it hears, for programs that must not notice. Knows no trace.
import { format } from 'node:util';
import type { Recorder } from '../../../engine/source/hooks';
import type { SiteTable } from '../../../engine/source/sites';

interface Note {
  readonly kind: string;
  readonly frame: number;
  readonly site: number;
  readonly value: unknown;
}

export class Notes implements Recorder {
  private readonly notes: Note[] = [];

  get count(): number {
    return this.notes.length;
  }

  enter(frame: number, parent: number, site: number): void {
    this.notes.push({ kind: 'enter', frame, site, value: parent });
  }

  at(frame: number, site: number): void {
    this.notes.push({ kind: 'at', frame, site, value: undefined });
  }

  iterate(frame: number, site: number): void {
    this.notes.push({ kind: 'iterate', frame, site, value: undefined });
  }

  value(frame: number, site: number, value: unknown): void {
    this.notes.push({ kind: 'value', frame, site, value });
  }

  bind(frame: number, site: number, value: unknown): void {
    this.notes.push({ kind: 'bind', frame, site, value });
  }

  leave(frame: number, site: number, value: unknown): void {
    this.notes.push({ kind: 'leave', frame, site, value });
  }

  /** `2 value x * 2 (y) = 6`: frame (counted from 0; · is whichever runs), kind, text, name, value. */
  lines(sites: SiteTable): string[] {
    const first = this.notes.find(({ kind }) => kind === 'enter')!.frame;
    const number = (frame: number): string => (frame < 0 ? '·' : String(frame - first));
    return this.notes.map(({ kind, frame, site, value }) => {
      const { kind: place, name } = sites.get(site);
      const whole = place === 'function' || kind === 'bind';
      const text = whole ? name : sites.text(site);
      const end =
        kind === 'enter'
          ? ` in ${number(value as number)}`
          : value === undefined
            ? ''
            : ` = ${show(value)}`;
      const title = !whole && name !== '' ? ` (${name})` : '';
      return `${number(frame)} ${kind} ${text}${title}${end}`;
    });
  }
}

function show(value: unknown): string {
  return typeof value === 'object' || typeof value === 'function' ? typeof value : format(value);
}
