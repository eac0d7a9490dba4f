// Parses TypeScript into an ESTree, and walks it. Knows no meaning of any node.
import { Parser, type Node as AcornNode } from 'acorn';
import { tsPlugin } from '@sveltejs/acorn-typescript';
import { SourceError } from './error';
import { Lines } from './lines';

/** A node of the tree; which other fields it has depends on its type. */
export interface Node extends AcornNode {
  // The tree's shape is the parser's; each reader below names the fields that it relies on.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [field: string]: any;
}

const TypeScript = Parser.extend(tsPlugin());

/** One file of the user's, parsed. Offsets count UTF-16 units from the start of the text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: Lines;
  readonly tree: Node;
}

/** Parses a file; a syntax error becomes a SourceError at its place. */
export function parse(path: string, text: string): SourceFile {
  const lines = new Lines(path, text);
  try {
    const tree = TypeScript.parse(text, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowAwaitOutsideFunction: true,
      allowHashBang: true,
      // The TypeScript plugin reads positions through them.
      locations: true,
    });
    return { path, text, lines, tree };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = (error as SyntaxError & { pos?: number }).pos ?? 0;
    const end = lines.wordEnd(at);
    const found = at < text.length ? ` '${text.slice(at, end).trim()}'` : ' at the end of the file';
    const message = error.message
      .replace(/ \(\d+:\d+\)$/, '')
      .replace(/^Unexpected token$/, `Unexpected${found}`);
    throw new SourceError('syntax', message, lines.range(at, end));
  }
}

const found = Symbol('children');

/** The direct children of a node, in the order of the text; found once, for every pass walks the tree. */
export function children(node: Node): readonly Node[] {
  const { [found]: known } = node as { [found]?: Node[] };
  if (known) return known;
  const list: Node[] = [];
  for (const field in node) {
    if (field === 'loc' || field === 'parent') continue;
    const value: unknown = node[field];
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) list.push(...(value as unknown[]).filter(isNode));
    else if (isNode(value)) list.push(value);
  }
  if (list.some((child, i) => i > 0 && child.start < list[i - 1].start))
    list.sort((a, b) => a.start - b.start);
  (node as { [found]?: Node[] })[found] = list;
  return list;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** Calls `visit` for a node and all below it; where `visit` returns false it does not go deeper. */
export function walkTree(node: Node, visit: (node: Node) => boolean | void): void {
  if (node.type === 'Program') {
    const { nodes, ends } = listed(node);
    for (let at = 0; at < nodes.length; at = visit(nodes[at]) === false ? ends[at] : at + 1);
    return;
  }
  if (visit(node) === false) return;
  for (const child of children(node)) walkTree(child, visit);
}

interface Listed {
  /** A file's nodes, each in front of those below it. */
  readonly nodes: readonly Node[];
  /** Where in the list the nodes below each have ended. */
  readonly ends: readonly number[];
}

const lists = new WeakMap<Node, Listed>();

/** Whole files are walked by a dozen passes: along a list that takes a third of the time. */
function listed(root: Node): Listed {
  let found = lists.get(root);
  if (found) return found;
  const nodes: Node[] = [];
  const ends: number[] = [];
  const add = (node: Node): void => {
    const at = nodes.push(node) - 1;
    ends.push(0);
    for (const child of children(node)) add(child);
    ends[at] = nodes.length;
  };
  add(root);
  lists.set(root, (found = { nodes, ends }));
  return found;
}

export function isFunction(node: Node): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

const loops = new Set([
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

export function isLoop(node: Node): boolean {
  return loops.has(node.type);
}

/** The value inside a TypeScript expression such as `x as T` or `x!`; undefined for a type. */
export function wrappedExpression(node: Node): Node | undefined {
  return isNode(node.expression) ? node.expression : undefined;
}
