// Which variables can be given another value from outside, and how. Knows no loop and no run.
import { patternNames } from './declarations';
import type { Edits } from './edits';
import type { Analysis, Binding } from './scope';
import { isFunction, walkTree, type Node } from './syntax';

/** `n,(i)=>…`: the arguments by which the runtime reads variables. */
export function reader(names: readonly string[]): string {
  const cases = names.map((name, i) => `case ${i}:return ${name};`);
  return `${names.length},($i)=>{switch($i){${cases.join('')}}}`;
}

/** `(i,v)=>…`: how the runtime gives variables other values; false where it cannot. */
export function writer(names: readonly string[], writable: (name: string) => boolean): string {
  const cases = names.map((name, i) => (writable(name) ? `case ${i}:${name}=$v;return true;` : ''));
  return `($i,$v)=>{switch($i){${cases.join('')}}return false}`;
}

/** What a file does with its variables after it has declared them. */
export class Bindings {
  /** Variables that the program itself gives other values. */
  private readonly assigned = new Set<Binding>();
  private readonly declared = new Map<Binding, Node>();
  private readonly opened = new Set<Node>();

  constructor(tree: Node, analysis: Analysis) {
    const targets = new Set<Node>();
    walkTree(tree, (node) => {
      if (node.type === 'AssignmentExpression') addTargets(node.left as Node, targets);
      if (node.type === 'UpdateExpression') addTargets(node.argument as Node, targets);
      if (node.type === 'ForOfStatement' || node.type === 'ForInStatement')
        addTargets(node.left as Node, targets);
      if (node.type === 'VariableDeclaration') this.declare(node, analysis);
    });
    for (const { node, binding } of analysis.references)
      if (binding && targets.has(node)) this.assigned.add(binding);
  }

  private declare(node: Node, analysis: Analysis): void {
    const scope = analysis.scopes.get(node);
    for (const { id } of node.declarations as Node[]) {
      for (const name of patternNames(id as Node)) {
        const binding = scope?.lookup(name);
        if (binding) this.declared.set(binding, node);
      }
    }
  }

  /** Whether its value may change, and be changed from outside. */
  changes(binding: Binding): boolean {
    return this.assigned.has(binding) && this.isVariable(binding);
  }

  private isVariable(binding: Binding): boolean {
    const declaration = this.declared.get(binding);
    return declaration ? declaration.kind !== 'const' : isParameter(binding);
  }

  /**
   * Makes a variable assignable, if it can be: a `const` that nobody assigns to means the same as a
   * `let`. Where a function runs again, its constants have had other values before.
   */
  open(binding: Binding, edits: Edits): boolean {
    if (this.isVariable(binding)) return true;
    const declaration = this.declared.get(binding);
    if (declaration === undefined || this.assigned.has(binding)) return false;
    if (!this.opened.has(declaration)) {
      const names = (declaration.declarations as Node[]).flatMap(({ id }) =>
        patternNames(id as Node),
      );
      const others = names.map((name) => binding.scope.names.get(name));
      if (others.some((other) => other === undefined || this.assigned.has(other))) return false;
      this.opened.add(declaration);
      edits.replace(declaration.start, declaration.start + 'const'.length, 'let');
    }
    return true;
  }
}

/** The names that an assignment's left side gives values to. */
function addTargets(target: Node | null, found: Set<Node>): void {
  switch (target?.type) {
    case 'Identifier':
      found.add(target);
      return;
    case 'ObjectPattern':
      for (const property of target.properties as Node[])
        addTargets(
          (property.type === 'RestElement' ? property.argument : property.value) as Node,
          found,
        );
      return;
    case 'ArrayPattern':
      for (const element of target.elements as (Node | null)[]) addTargets(element, found);
      return;
    case 'AssignmentPattern':
      addTargets(target.left as Node, found);
      return;
    case 'RestElement':
      addTargets(target.argument as Node, found);
      return;
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      addTargets(target.expression as Node, found);
      return;
    default:
  }
}

function isParameter({ name, scope, at }: Binding): boolean {
  const { node } = scope;
  if (node.type === 'CatchClause') return at === node.start;
  return isFunction(node) && (node.params as Node[]).flatMap(patternNames).includes(name);
}
