// The places of a program that its hooks report, by number. Knows no run.
import type { SourceFrame, SourceRange } from '../protocol';
import type { Lines } from './lines';
import { userFrames, type Positions } from './stack';

/**
 * `function` a function or file, `statement`, `loop` a statement that repeats, `value` an expression,
 * `binding` a parameter or a name taken out of a pattern, `return` what a function gives back, `read` a
 * name or member that is read, where the program was built to tell.
 */
export type SiteKind = 'function' | 'statement' | 'loop' | 'value' | 'binding' | 'return' | 'read';

export interface Site {
  readonly id: number;
  readonly kind: SiteKind;
  readonly lines: Lines;
  readonly start: number;
  readonly end: number;
  /** The function that it stands in; of a function, its own id. */
  readonly owner: number;
  /** The innermost loop around it in the same function, or −1. */
  readonly loop: number;
  /** What the value is called: a variable, `this.field`, a function; empty when it has no name. */
  readonly name: string;
}

/** All sites of one program, over all its files. */
export class SiteTable {
  /** The built files, by path. */
  readonly files = new Map<string, Positions>();
  private readonly sites: Site[] = [];
  private readonly insides = new Map<string, number>();

  get count(): number {
    return this.sites.length;
  }

  add(site: Omit<Site, 'id' | 'owner'> & { owner?: number }): number {
    const id = this.sites.length;
    this.sites.push({ ...site, id, owner: site.owner ?? id });
    return id;
  }

  /** A statement in a function of that name, both of which are nothing but this expression. */
  inside(id: number, name: string): number {
    const { lines, start, end } = this.sites[Math.max(id, 0)];
    const key = `${id} ${name}`;
    let site = this.insides.get(key);
    if (site === undefined) {
      const place = { lines, start, end, loop: -1 };
      const owner = this.add({ ...place, kind: 'function', name });
      site = this.add({ ...place, kind: 'statement', owner, name: '' });
      this.insides.set(key, site);
    }
    return site;
  }

  get(id: number): Site {
    return this.sites[id];
  }

  range(id: number): SourceRange {
    const { lines, start, end } = this.sites[id];
    return lines.range(start, end);
  }

  /** The whole line on which a range begins. */
  lineOf({ file, line }: SourceRange): string {
    return this.files.get(file)?.textOfLine(line) ?? '';
  }

  /** The frames of a stack that lie in the program's files, innermost first. */
  locate(stack: string): SourceFrame[] {
    return userFrames(stack, this.files);
  }

  text(id: number): string {
    const { lines, start, end } = this.sites[id];
    return lines.slice(start, end);
  }

  /** The loops around a site in its function, outermost first; of a loop, itself included. */
  loopsAround(id: number): number[] {
    const { kind, loop } = this.sites[id];
    const around = loop < 0 ? [] : this.loopsAround(loop);
    return kind === 'loop' ? [...around, id] : around;
  }
}

/** The lines on which a statement begins, file by file, in order. */
export function statementLines(sites: SiteTable): { file: string; lines: number[] }[] {
  const found = new Map<string, Set<number>>();
  for (let id = 0; id < sites.count; id++) {
    const { kind } = sites.get(id);
    if (kind !== 'statement' && kind !== 'loop') continue;
    const { file, line } = sites.range(id);
    const lines = found.get(file) ?? new Set();
    found.set(file, lines.add(line));
  }
  return [...found].map(([file, lines]) => ({ file, lines: [...lines].sort((a, b) => a - b) }));
}
