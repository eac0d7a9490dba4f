// The repair of a state that is carried from step to step with its whole past: detach it first. Knows no editor.
import type { ShapeFix } from '../protocol';
import type { BuiltProgram } from '../source/load';
import { patternNames } from '../source/declarations';
import { isFunction, isLoop, walkTree, type Node, type SourceFile } from '../source/syntax';
import type { Observer } from './observer';

/** Variables from outside of the loop around a call that each turn gives a tensor with a past: detached at its start. */
export function detachFix(built: BuiltProgram, observer: Observer, site: number): ShapeFix[] {
  const { lines, start, end } = built.sites.get(site);
  const source = built.sources.get(lines.path)!;
  const body = loopAround(source, start, end)?.body as Node | undefined;
  const [first] = (body?.type === 'BlockStatement' ? body.body : []) as (Node | undefined)[];
  if (!body || !first) return [];
  const names = assignedIn(body).filter((name) => hasPast(built, observer, source, body, name));
  if (names.length === 0) return [];
  const { column } = lines.position(first.start);
  const text = names.map((name) => `${name} = ${name}.detach();\n${' '.repeat(column - 1)}`);
  const edit = { ...lines.range(first.start, first.start), text: text.join('') };
  return [{ title: `Detach ${names.join(' and ')} at the start of each step`, edits: [edit] }];
}

/** The innermost loop around a range. */
function loopAround({ tree }: SourceFile, start: number, end: number): Node | undefined {
  let found: Node | undefined;
  walkTree(tree, (node) => {
    if (node.type !== 'Program' && (node.start > start || node.end < end)) return false;
    if (isLoop(node)) found = node;
    return undefined;
  });
  return found;
}

/** Names that a loop's body assigns and does not declare. */
function assignedIn(body: Node): string[] {
  const assigned = new Set<string>();
  const declared = new Set<string>();
  walkTree(body, (node) => {
    if (isFunction(node)) return false;
    if (node.type === 'VariableDeclarator')
      for (const name of patternNames(node.id as Node)) declared.add(name);
    if (node.type === 'AssignmentExpression' && (node.left as Node).type !== 'MemberExpression')
      for (const name of patternNames(node.left as Node)) assigned.add(name);
    return undefined;
  });
  return [...assigned].filter((name) => !declared.has(name));
}

/** Whether a name was given tensors there through which gradients flow. */
function hasPast(
  { sites }: BuiltProgram,
  { observations }: Observer,
  { lines }: SourceFile,
  body: Node,
  name: string,
): boolean {
  return [...observations].some(([site, { seen }]) => {
    const at = sites.get(site);
    if (at.name !== name || at.lines !== lines || at.start < body.start || at.end > body.end)
      return false;
    return [...seen.values()].some(({ needsGrad }) => needsGrad);
  });
}
