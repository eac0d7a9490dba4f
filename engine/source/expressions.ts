// Which expressions may be wrapped in a hook without changing what they mean. Knows no hook.
import { isFunction, wrappedExpression, type Node } from './syntax';

const hooked = new Set([
  'CallExpression',
  'NewExpression',
  'AwaitExpression',
  'YieldExpression',
  'TaggedTemplateExpression',
  'ChainExpression',
  'AssignmentExpression',
]);

/** Whether this runs other code: a call of any form. */
export function isCall({ type }: Node): boolean {
  return /^(?:Call|New|TaggedTemplate|Chain)Expression$/.test(type);
}

/** Whether the value of this expression is reported by itself. */
export function isHooked(node: Node): boolean {
  return hooked.has(node.type) && (node.callee as Node | undefined)?.type !== 'Super';
}

/** An expression without the types around it. */
export function bare(node: Node): Node {
  const inner = node.type.startsWith('TS') ? wrappedExpression(node) : undefined;
  return inner ? bare(inner) : node;
}

/** A function or class without a name of its own takes it from where it stands, so it stays there. */
export function takesName(node: Node): boolean {
  const { type } = bare(node);
  return isFunction(bare(node)) || type === 'ClassExpression';
}

/** What a chain of members and calls begins with, one step to the left: `a.b` of `a.b.c`. */
function left(node: Node): Node | undefined {
  switch (node.type) {
    case 'MemberExpression':
      return node.object as Node;
    case 'CallExpression':
    case 'NewExpression':
      return node.callee as Node;
    case 'TaggedTemplateExpression':
      return node.tag as Node;
    case 'ChainExpression':
      return node.expression as Node;
    default:
      return node.type.startsWith('TS') ? wrappedExpression(node) : undefined;
  }
}

/** Everything to the left in a chain, nearest first. */
function spine(node: Node): Node[] {
  const next = left(node);
  return next ? [next, ...spine(next)] : [];
}

/**
 * The parts of an expression that must stay as they are: links of an optional chain, for a break ends
 * all of it; what `new` calls; what `delete` removes.
 */
export function fixedParts(node: Node): Node[] {
  if (node.type === 'NewExpression') return spine(node);
  if (node.type === 'UnaryExpression' && node.operator === 'delete') {
    const target = bare(node.argument as Node);
    return [target, ...spine(target)];
  }
  if (left(node) === undefined) return [];
  const links = spine(node);
  return [node, ...links].some(({ optional }) => optional === true) ? links : [];
}

/** What an assignment's target is called: `x`, `this.h`, `a.b.c`; empty for others. */
export function targetName(node: Node): string {
  const target = bare(node);
  if (target.type === 'Identifier') return String(target.name);
  if (target.type === 'ThisExpression') return 'this';
  if (target.type !== 'MemberExpression' || target.computed === true) return '';
  const object = targetName(target.object as Node);
  const property = target.property as Node;
  const field = `${property.type === 'PrivateIdentifier' ? '#' : ''}${String(property.name)}`;
  return object === '' ? '' : `${object}.${field}`;
}
