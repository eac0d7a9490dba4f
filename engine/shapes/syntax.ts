// Where in the text the sites of a program stand, and what stands around them. Knows no run.
import { patternNames } from '../source/declarations';
import type { BuiltProgram } from '../source/load';
import type { Site } from '../source/sites';
import { isFunction, walkTree, type Node, type SourceFile } from '../source/syntax';

/** What a place is to the reader: only names get hints beside the code. */
export type Role = 'declaration' | 'parameter' | 'assignment' | 'field' | 'expression';

/** A part of the text that shows what a site was. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly site: number;
  readonly role: Role;
  /** What is written there, when it is a name. */
  readonly name: string;
}

/** A class of a file. */
export interface ClassText {
  readonly name: string;
  readonly start: number;
  readonly nameStart: number;
  readonly end: number;
}

/** Sites of one file. */
export function sitesOf(built: BuiltProgram, path: string): Site[] {
  return Array.from({ length: built.sites.count }, (_, id) => built.sites.get(id)).filter(
    ({ lines }) => lines.path === path,
  );
}

const handled = new WeakMap<BuiltProgram, Set<number>>();

/** Sites inside a `try` with a `catch`: who wrote it expects something to fail there. */
export function handledSites(built: BuiltProgram): ReadonlySet<number> {
  let found = handled.get(built);
  if (found) return found;
  handled.set(built, (found = new Set()));
  for (const [path, { tree }] of built.sources) {
    const blocks: Node[] = [];
    walkTree(tree, (node) => {
      if (node.type === 'TryStatement' && node.handler) blocks.push(node.block as Node);
    });
    if (blocks.length === 0) continue;
    for (const { id, start, end } of sitesOf(built, path))
      if (blocks.some((block) => block.start <= start && end <= block.end)) found.add(id);
  }
  return found;
}

/** All places of a file that show something; the same text may be told of by several. */
export function placesOf(built: BuiltProgram, source: SourceFile): Place[] {
  const sites = sitesOf(built, source.path);
  const byRange = new Map<string, Site>();
  const bindings = new Map<string, Site[]>();
  const places: Place[] = [];
  for (const site of sites) {
    if (site.kind === 'binding') {
      const known = bindings.get(site.name);
      if (known) known.push(site);
      else bindings.set(site.name, [site]);
    } else if (site.kind !== 'function' && site.kind !== 'statement' && site.kind !== 'loop') {
      const key = `${site.start}:${site.end}`;
      // What is returned is told by its own site, when it has one.
      if (site.kind !== 'return' || !byRange.has(key)) byRange.set(key, site);
    }
  }
  for (const { start, end, id } of byRange.values())
    places.push({ start, end, site: id, role: 'expression', name: '' });
  const named = (node: Node, site: Site | undefined, role: Role): void => {
    if (!site) return;
    const name = String(node.name);
    places.push({ start: node.start, end: node.start + name.length, site: site.id, role, name });
  };
  const value = ({ start, end }: Node): Site | undefined => byRange.get(`${start}:${end}`);
  const bound = (pattern: Node, role: Role): void => {
    for (const node of identifiersOf(pattern)) {
      const all = bindings.get(String(node.name)) ?? [];
      const around = all.filter(({ start, end }) => start <= node.start && node.end <= end);
      named(node, smallest(around), role);
    }
  };
  walkTree(source.tree, (node) => {
    if (isFunction(node)) for (const param of node.params as Node[]) bound(param, 'parameter');
    switch (node.type) {
      case 'VariableDeclarator': {
        const id = node.id as Node;
        if (id.type !== 'Identifier') bound(id, 'declaration');
        else if (node.init) named(id, value(node.init as Node), 'declaration');
        else bound(id, 'declaration');
        return;
      }
      case 'AssignmentExpression': {
        const left = node.left as Node;
        if (left.type === 'Identifier') named(left, value(node), 'assignment');
        else if (left.type.endsWith('Pattern')) bound(left, 'assignment');
        else if (left.type === 'MemberExpression' && value(node))
          places.push({
            start: left.start,
            end: left.end,
            site: value(node)!.id,
            role: 'expression',
            name: '',
          });
        return;
      }
      case 'PropertyDefinition': {
        const key = node.key as Node;
        if (node.value && key.type === 'Identifier') named(key, value(node.value as Node), 'field');
        return;
      }
      default:
    }
  });
  return places;
}

/** The identifiers that a pattern binds. */
function identifiersOf(pattern: Node): Node[] {
  const names = new Set(patternNames(pattern));
  const found: Node[] = [];
  const visit = (node: Node | null): void => {
    if (!node) return;
    switch (node.type) {
      case 'Identifier':
        if (names.has(String(node.name))) found.push(node);
        return;
      case 'AssignmentPattern':
        visit(node.left as Node);
        return;
      case 'ObjectPattern':
        for (const part of node.properties as Node[])
          visit((part.type === 'RestElement' ? part.argument : part.value) as Node);
        return;
      case 'ArrayPattern':
        (node.elements as (Node | null)[]).forEach(visit);
        return;
      case 'RestElement':
        visit(node.argument as Node);
        return;
      case 'TSParameterProperty':
        visit(node.parameter as Node);
        return;
      default:
    }
  };
  visit(pattern);
  return found;
}

function smallest(sites: readonly Site[]): Site | undefined {
  return sites.toSorted((a, b) => a.end - a.start - (b.end - b.start))[0];
}

/** The node of a type that takes up exactly a range. */
export function nodeAt(
  source: SourceFile,
  { start, end }: { start: number; end: number },
  type: RegExp,
): Node | undefined {
  let found: Node | undefined;
  walkTree(source.tree, (node) => {
    if (node.start > start || node.end < end) return false;
    if (node.start === start && node.end === end && type.test(node.type)) found = node;
    return found === undefined;
  });
  return found;
}

/** The innermost statement of a list around an offset. */
export function statementAt(source: SourceFile, offset: number): Node | undefined {
  let found: Node | undefined;
  walkTree(source.tree, (node) => {
    if (node.start > offset || node.end <= offset) return false;
    for (const child of Array.isArray(node.body) ? (node.body as Node[]) : [])
      if (child.start <= offset && offset < child.end) found = child;
    return undefined;
  });
  return found;
}

/** The names of the functions that are called, by the range of the call: `start:end`. */
export function calleesOf({ tree }: SourceFile): Map<string, string> {
  const found = new Map<string, string>();
  walkTree(tree, (node) => {
    if (node.type !== 'CallExpression') return;
    const callee = node.callee as Node;
    const named = (callee.type === 'MemberExpression' ? callee.property : callee) as Node;
    if (named.type === 'Identifier') found.set(`${node.start}:${node.end}`, String(named.name));
  });
  return found;
}

/** The classes of a file. */
export function classesOf({ tree }: SourceFile): ClassText[] {
  const found: ClassText[] = [];
  walkTree(tree, (node) => {
    if (!/^Class(?:Declaration|Expression)$/.test(node.type) || !node.id) return;
    const id = node.id as Node;
    found.push({
      name: String(id.name),
      start: node.start,
      nameStart: id.start,
      end: node.end,
    });
  });
  return found;
}
