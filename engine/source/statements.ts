// What hooks need to know of statements: where one can stop, what they bind, where bodies begin. Knows no hook.
import { declaredNames, isTypeOnly, patternNames } from './declarations';
import { children, isLoop, type Node } from './syntax';

const stops =
  /^(?:(?:Expression|Return|Throw|If|Switch|Break|Continue|Debugger|For|ForOf|ForIn|While|DoWhile)Statement|VariableDeclaration)$/;

/** Whether the debugger can stop before a statement. */
export function isStop(node: Node): boolean {
  if (node.type === 'LabeledStatement') return isLoop(innermost(node));
  if (node.type === 'ExportNamedDeclaration')
    return (node.declaration as Node | null)?.type === 'VariableDeclaration';
  if (node.type === 'ExportDefaultDeclaration')
    return !/Declaration$/.test((node.declaration as Node).type);
  return stops.test(node.type) && node.directive === undefined;
}

/** The statement behind all labels. */
export function innermost(node: Node): Node {
  return node.type === 'LabeledStatement' ? innermost(node.body as Node) : node;
}

/** The part of a statement that stands for it: of a compound one, what is in front of its body. */
export function head(text: string, node: Node): { start: number; end: number } {
  const { start } = node;
  const inner = innermost(node);
  const before = (end: number): { start: number; end: number } => ({
    start,
    end: text.slice(start, end).trimEnd().length + start,
  });
  if (inner.type === 'DoWhileStatement') return { start, end: inner.start + 'do'.length };
  if (inner.type === 'SwitchStatement')
    return { start, end: text.indexOf(')', (inner.discriminant as Node).end) + 1 };
  if (inner.type === 'IfStatement') return before((inner.consequent as Node).start);
  return isLoop(inner) ? before((inner.body as Node).start) : { start, end: node.end };
}

/** The names that a loop's head sets in each iteration. */
export function boundBy(begins: Node | null | undefined): string[] {
  if (!begins) return [];
  if (begins.type === 'VariableDeclaration') return declaredNames(begins).map(({ name }) => name);
  return patternNames(begins);
}

/** The names that a block declares for itself, and so hides from what stands in front of it. */
export function ownNames(statements: readonly Node[]): string[] {
  return statements
    .filter((statement) => /Declaration$/.test(statement.type) && !isTypeOnly(statement))
    .flatMap((statement) => declaredNames(statement).map(({ name }) => name));
}

/** Whether a class member is the constructor of a class that extends another. */
export function isDerived(tree: Node, member: Node | undefined): boolean {
  if (member?.kind !== 'constructor') return false;
  let node: Node | undefined = tree;
  let derived = false;
  while (node && node !== member) {
    if (node.type.startsWith('Class') && node.type !== 'ClassBody')
      derived = Boolean(node.superClass);
    node = children(node).find(({ start, end }) => start <= member.start && member.end <= end);
  }
  return derived;
}

/** Where the body of an arrow function begins: behind its `=>`. */
export function afterArrow(text: string, arrow: Node): number {
  const parts = children(arrow).filter((part) => part !== arrow.body);
  const ends = parts.map(({ end, typeAnnotation }) =>
    Math.max(end, (typeAnnotation as Node | undefined)?.end ?? 0),
  );
  const from = Math.max(arrow.start, ...ends);
  const skipped = /^(?:[^=/]|\/\/[^\n]*|\/\*[^]*?\*\/|=(?!>)|\/)*?=>/.exec(text.slice(from))!;
  return from + skipped[0].length;
}
