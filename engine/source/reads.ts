// Which names and members of a file are read as values, and may be wrapped in a hook. Knows no hook.
import { bare } from './expressions';
import type { Analysis } from './scope';
import { children, isFunction, walkTree, wrappedExpression, type Node } from './syntax';

/**
 * Every identifier and member expression whose value is read: not what is called (it would lose its
 * `this`), assigned, deleted or asked for its type, and nothing that is a type, a key or a label.
 */
export function findReads(tree: Node, analysis: Analysis): Set<Node> {
  const names = new Set(
    analysis.references
      .filter(({ binding, shorthand, called }) => binding && !shorthand && !called)
      .map(({ node }) => node),
  );
  const reads = new Set<Node>();
  const inside = (node: Node | null | undefined): void => {
    if (node) visit(node);
  };

  /** What is written or called: only what it is reached through is read. */
  const target = (node: Node): void => {
    const found = bare(node);
    if (found.type === 'Identifier') return;
    if (found.type !== 'MemberExpression') {
      if (found.type.endsWith('Pattern')) pattern(found);
      else visit(found);
      return;
    }
    inside(found.object as Node);
    if (found.computed === true) inside(found.property as Node);
  };

  const pattern = (node: Node): void => {
    switch (node.type) {
      case 'AssignmentPattern':
        pattern(node.left as Node);
        inside(node.right as Node);
        return;
      case 'ObjectPattern':
        for (const part of node.properties as Node[]) {
          if (part.computed === true) inside(part.key as Node);
          pattern((part.type === 'RestElement' ? part.argument : part.value) as Node);
        }
        return;
      case 'ArrayPattern':
        for (const part of node.elements as (Node | null)[]) if (part) pattern(part);
        return;
      case 'RestElement':
        pattern(node.argument as Node);
        return;
      default:
        target(node);
    }
  };

  const visit = (node: Node): void => {
    if (isFunction(node)) {
      (node.params as Node[]).forEach(pattern);
      visit(node.body as Node);
      return;
    }
    switch (node.type) {
      case 'Identifier':
        if (names.has(node)) reads.add(node);
        return;
      case 'MemberExpression':
        if ((node.object as Node).type !== 'Super') reads.add(node);
        target(node);
        return;
      case 'CallExpression':
      case 'TaggedTemplateExpression':
        target((node.callee ?? node.tag) as Node);
        for (const argument of (node.arguments ?? []) as Node[]) visit(argument);
        inside(node.quasi as Node | undefined);
        return;
      case 'NewExpression':
        for (const argument of node.arguments as Node[]) visit(argument);
        return;
      case 'AssignmentExpression':
        pattern(node.left as Node);
        visit(node.right as Node);
        return;
      case 'UpdateExpression':
        target(node.argument as Node);
        return;
      case 'UnaryExpression':
        if (node.operator === 'delete' || node.operator === 'typeof') target(node.argument as Node);
        else visit(node.argument as Node);
        return;
      case 'VariableDeclarator':
        pattern(node.id as Node);
        inside(node.init as Node | null);
        return;
      case 'ForInStatement':
      case 'ForOfStatement':
        if ((node.left as Node).type === 'VariableDeclaration') visit(node.left as Node);
        else pattern(node.left as Node);
        visit(node.right as Node);
        visit(node.body as Node);
        return;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed === true) visit(node.key as Node);
        inside(node.value as Node | null);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        visit(node.body as Node);
        return;
      case 'CatchClause':
        visit(node.body as Node);
        return;
      case 'TSEnumDeclaration':
      case 'TSModuleDeclaration':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'MetaProperty':
        return;
      case 'ExportNamedDeclaration':
        inside(node.declaration as Node | null);
        return;
      default:
        if (node.type.startsWith('TS') && node.type !== 'TSParameterProperty')
          inside(wrappedExpression(node));
        else for (const child of children(node)) visit(child);
    }
  };
  visit(tree);
  return reads;
}

/** Whether an expression can be put into an arrow function of its own: it suspends nothing. */
export function isSelfContained(node: Node): boolean {
  let contained = true;
  walkTree(node, (inner) => {
    if (/^(?:Await|Yield)Expression$/.test(inner.type)) contained = false;
    // What is inside another function suspends that one.
    return inner === node || !isFunction(inner);
  });
  return contained;
}
