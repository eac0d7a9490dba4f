// Facts about declarations: which names they bind, and which are only types. Knows no rewriting.
import type { Node } from './syntax';

/** Whether a statement leaves nothing behind when types are gone. */
export function isTypeOnly(node: Node): boolean {
  switch (node.type) {
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSDeclareFunction':
      return true;
    case 'TSModuleDeclaration':
      return node.declare === true || !hasValues(node);
    case 'ExportNamedDeclaration':
      return (
        node.exportKind === 'type' ||
        (node.declaration && isTypeOnly(node.declaration as Node)) === true
      );
    case 'ExportDefaultDeclaration':
      return isTypeOnly(node.declaration as Node);
    case 'ImportDeclaration':
      return node.importKind === 'type';
    case 'TSImportEqualsDeclaration':
      return node.importKind === 'type';
    default:
      return node.declare === true;
  }
}

function hasValues(namespace: Node): boolean {
  const body = namespace.body as Node;
  if (body.type === 'TSModuleDeclaration') return hasValues(body);
  return (body.body as Node[]).some((statement) => !isTypeOnly(statement));
}

/** The names that a declaration binds, and whether each can be assigned to later. */
export function declaredNames(node: Node): { name: string; mutable: boolean }[] {
  if (node.type === 'VariableDeclaration') {
    const mutable = node.kind !== 'const';
    return (node.declarations as Node[]).flatMap(({ id }) =>
      patternNames(id as Node).map((name) => ({ name, mutable })),
    );
  }
  const { id } = node as { id?: Node };
  if (!id) return [];
  return [{ name: String(id.type === 'TSQualifiedName' ? leftmost(id) : id.name), mutable: false }];
}

function leftmost(node: Node): string {
  return node.type === 'TSQualifiedName' ? leftmost(node.left as Node) : String(node.name);
}

/** The names in a binding pattern. */
export function patternNames(pattern: Node | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [String(pattern.name)];
    case 'ObjectPattern':
      return (pattern.properties as Node[]).flatMap((property) =>
        patternNames(
          (property.type === 'RestElement' ? property.argument : property.value) as Node,
        ),
      );
    case 'ArrayPattern':
      return (pattern.elements as (Node | null)[]).flatMap(patternNames);
    case 'AssignmentPattern':
      return patternNames(pattern.left as Node);
    case 'RestElement':
      return patternNames(pattern.argument as Node);
    case 'TSParameterProperty':
      return patternNames(pattern.parameter as Node);
    default:
      return [];
  }
}
