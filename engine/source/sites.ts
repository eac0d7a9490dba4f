// The places of a program that its hooks report, by number. Knows no run.
import type { SourceRange } from '../protocol';
import type { Lines } from './lines';

/**
 * `function` a function or file, `statement`, `loop` a statement that repeats, `value` an expression,
 * `binding` a parameter or a name taken out of a pattern, `return` what a function gives back.
 */
export type SiteKind = 'function' | 'statement' | 'loop' | 'value' | 'binding' | 'return';

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
  private readonly sites: Site[] = [];

  get count(): number {
    return this.sites.length;
  }

  add(site: Omit<Site, 'id' | 'owner'> & { owner?: number }): number {
    const id = this.sites.length;
    this.sites.push({ ...site, id, owner: site.owner ?? id });
    return id;
  }

  get(id: number): Site {
    return this.sites[id];
  }

  range(id: number): SourceRange {
    const { lines, start, end } = this.sites[id];
    return lines.range(start, end);
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
