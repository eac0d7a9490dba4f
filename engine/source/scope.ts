// Which declaration each name means, and which variables each function captures. Knows no rewriting.
import { declaredNames, isTypeOnly, patternNames } from './declarations';
import { children, isFunction, wrappedExpression, type Node } from './syntax';

/** A declared name. */
export interface Binding {
  readonly name: string;
  readonly scope: Scope;
  /** Where it is declared; a use before that place may find it uninitialised. */
  readonly at: number;
}

/** A use of a name. */
export interface Reference {
  readonly node: Node;
  readonly binding: Binding | undefined;
  /** `{ name }`, which becomes `{ name: … }` when the name is rewritten. */
  readonly shorthand: boolean;
  /** `name(…)`, which must not gain a `this` when the name is rewritten. */
  readonly called: boolean;
}

export class Scope {
  readonly names = new Map<string, Binding>();

  constructor(
    readonly node: Node,
    readonly parent: Scope | undefined,
    readonly kind: 'module' | 'function' | 'block',
  ) {}

  declare(name: string, at: number): void {
    if (!this.names.has(name)) this.names.set(name, { name, scope: this, at });
  }

  lookup(name: string): Binding | undefined {
    return this.names.get(name) ?? this.parent?.lookup(name);
  }

  /** All bindings of enclosing functions that are initialised at `offset`; not those of the module. */
  visibleAt(offset: number): Binding[] {
    const found = new Map<string, Binding>();
    for (const scope of this.chain()) {
      if (scope.kind === 'module') break;
      for (const binding of scope.names.values()) {
        if (binding.at < offset && !found.has(binding.name)) found.set(binding.name, binding);
      }
    }
    return [...found.values()];
  }

  *chain(): Generator<Scope> {
    yield this;
    if (this.parent) yield* this.parent.chain();
  }
}

export interface Analysis {
  readonly module: Scope;
  readonly references: readonly Reference[];
  /** The scope in which a loop, a function or a block stands. */
  readonly scopes: ReadonlyMap<Node, Scope>;
  /** Variables of enclosing functions that a function or class uses, itself or inside. */
  readonly captures: ReadonlyMap<Node, ReadonlySet<Binding>>;
}

/** Analyses one parsed file. */
export function analyze(tree: Node): Analysis {
  const analyzer = new Analyzer(tree);
  analyzer.block(tree.body as Node[], analyzer.module);
  return analyzer;
}

class Analyzer implements Analysis {
  readonly module: Scope;
  readonly references: Reference[] = [];
  readonly scopes = new Map<Node, Scope>();
  readonly captures = new Map<Node, Set<Binding>>();

  constructor(tree: Node) {
    this.module = new Scope(tree, undefined, 'module');
    hoist(tree, this.module);
  }

  /** Declares a block's own names first: they hold for all of it. */
  block(statements: readonly Node[], scope: Scope): void {
    for (const statement of statements) declareLexical(statement, scope);
    for (const statement of statements) this.visit(statement, scope);
  }

  private inner(node: Node, scope: Scope, kind: 'function' | 'block' = 'block'): Scope {
    return new Scope(node, scope, kind);
  }

  private visit(node: Node, scope: Scope): void {
    this.scopes.set(node, scope);
    if (isTypeOnly(node)) return;
    if (isFunction(node)) {
      this.functionNode(node, scope);
      return;
    }
    switch (node.type) {
      case 'Identifier':
        this.refer(node, scope);
        return;
      case 'BlockStatement':
      case 'StaticBlock': {
        const kind = node.type === 'StaticBlock' ? 'function' : 'block';
        const own = this.inner(node, scope, kind);
        if (kind === 'function') hoist(node, own);
        this.block(node.body as Node[], own);
        return;
      }
      case 'SwitchStatement': {
        this.visit(node.discriminant as Node, scope);
        const own = this.inner(node, scope);
        const cases = node.cases as Node[];
        for (const { consequent } of cases)
          for (const s of consequent as Node[]) declareLexical(s, own);
        for (const each of cases) for (const child of children(each)) this.visit(child, own);
        return;
      }
      case 'ForStatement':
      case 'ForOfStatement':
      case 'ForInStatement': {
        const own = this.inner(node, scope);
        const head = (node.type === 'ForStatement' ? node.init : node.left) as Node | null;
        if (head) declareLexical(head, own);
        for (const child of children(node)) this.visit(child, own);
        return;
      }
      case 'CatchClause': {
        const own = this.inner(node, scope);
        for (const name of patternNames(node.param as Node | null)) own.declare(name, node.start);
        if (node.param) this.pattern(node.param as Node, own);
        this.visit(node.body as Node, own);
        return;
      }
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.classNode(node, scope);
        return;
      case 'TSEnumDeclaration': {
        const own = this.inner(node, scope, 'function');
        const members = (node.members ?? (node.body as Node).members) as Node[];
        for (const { id, start } of members)
          own.declare(String((id as Node).name ?? (id as Node).value), start);
        for (const { initializer } of members)
          if (initializer) this.visit(initializer as Node, own);
        return;
      }
      case 'TSModuleDeclaration': {
        const own = this.inner(node, scope, 'function');
        let body = node.body as Node;
        while (body.type === 'TSModuleDeclaration') body = body.body as Node;
        hoist(body, own);
        this.block(body.body as Node[], own);
        return;
      }
      case 'TSImportEqualsDeclaration':
        this.visit(leftmostName(node.moduleReference as Node), scope);
        return;
      default:
        this.plain(node, scope);
    }
  }

  private plain(node: Node, scope: Scope): void {
    switch (node.type) {
      case 'MemberExpression':
        this.visit(node.object as Node, scope);
        if (node.computed === true) this.visit(node.property as Node, scope);
        return;
      case 'Property':
        if (node.computed === true) this.visit(node.key as Node, scope);
        if (node.shorthand === true && (node.value as Node).type === 'Identifier')
          this.refer(node.value as Node, scope, true);
        else this.visit(node.value as Node, scope);
        return;
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed === true) this.visit(node.key as Node, scope);
        if (node.value) this.visit(node.value as Node, scope);
        return;
      case 'CallExpression': {
        const callee = node.callee as Node;
        if (callee.type === 'Identifier') this.refer(callee, scope, false, true);
        else this.visit(callee, scope);
        for (const argument of node.arguments as Node[]) this.visit(argument, scope);
        return;
      }
      case 'TaggedTemplateExpression': {
        const tag = node.tag as Node;
        if (tag.type === 'Identifier') this.refer(tag, scope, false, true);
        else this.visit(tag, scope);
        this.visit(node.quasi as Node, scope);
        return;
      }
      case 'VariableDeclarator':
        this.pattern(node.id as Node, scope);
        if (node.init) this.visit(node.init as Node, scope);
        return;
      case 'ImportDeclaration':
      case 'MetaProperty':
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
      case 'LabeledStatement':
        this.visit(node.body as Node, scope);
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration) this.visit(node.declaration as Node, scope);
        else if (!node.source)
          for (const { local } of node.specifiers as Node[]) this.refer(local as Node, scope);
        return;
      case 'ExportAllDeclaration':
        return;
      default:
        if (node.type.startsWith('TS') && node.type !== 'TSParameterProperty') {
          const inner = wrappedExpression(node);
          if (inner) this.visit(inner, scope);
          return;
        }
        for (const child of children(node)) this.visit(child, scope);
    }
  }

  /** Default values and computed keys inside a pattern are uses; the bound names are not. */
  private pattern(node: Node, scope: Scope): void {
    switch (node.type) {
      case 'Identifier':
        return;
      case 'AssignmentPattern':
        this.pattern(node.left as Node, scope);
        this.visit(node.right as Node, scope);
        return;
      case 'ObjectPattern':
        for (const property of node.properties as Node[]) {
          if (property.computed === true) this.visit(property.key as Node, scope);
          this.pattern(
            (property.type === 'RestElement' ? property.argument : property.value) as Node,
            scope,
          );
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements as (Node | null)[])
          if (element) this.pattern(element, scope);
        return;
      case 'RestElement':
        this.pattern(node.argument as Node, scope);
        return;
      case 'TSParameterProperty':
        this.pattern(node.parameter as Node, scope);
        return;
      default:
        this.visit(node, scope);
    }
  }

  private functionNode(node: Node, scope: Scope): void {
    const own = this.inner(node, scope, 'function');
    if (node.type === 'FunctionExpression' && node.id)
      own.declare(String((node.id as Node).name), node.start);
    const params = node.params as Node[];
    for (const param of params)
      for (const name of patternNames(param)) own.declare(name, node.start);
    const body = node.body as Node;
    hoist(body, own);
    for (const param of params) this.pattern(param, own);
    if (body.type !== 'BlockStatement') this.visit(body, own);
    else this.block(body.body as Node[], own);
  }

  private classNode(node: Node, scope: Scope): void {
    if (node.superClass) this.visit(node.superClass as Node, scope);
    const own = this.inner(node, scope, 'function');
    if (node.id) own.declare(String((node.id as Node).name), node.start);
    for (const member of (node.body as Node).body as Node[]) this.visit(member, own);
  }

  private refer(node: Node, scope: Scope, shorthand = false, called = false): void {
    const binding = scope.lookup(String(node.name));
    this.references.push({ node, binding, shorthand, called });
    if (binding === undefined || binding.scope.kind === 'module') return;
    // Every function between the use and the declaration captures the variable.
    for (const crossed of scope.chain()) {
      if (crossed === binding.scope) return;
      if (crossed.kind !== 'function') continue;
      const captured = this.captures.get(crossed.node) ?? new Set();
      this.captures.set(crossed.node, captured.add(binding));
    }
  }
}

function leftmostName(node: Node): Node {
  return node.type === 'TSQualifiedName' ? leftmostName(node.left as Node) : node;
}

/** Declares `let`, `const`, classes, functions, enums and imports of one statement. */
function declareLexical(statement: Node, scope: Scope): void {
  if (isTypeOnly(statement)) return;
  switch (statement.type) {
    case 'VariableDeclaration':
      if (statement.kind !== 'var')
        for (const { name } of declaredNames(statement)) scope.declare(name, statement.end);
      return;
    case 'FunctionDeclaration':
      if (statement.id) scope.declare(String((statement.id as Node).name), scope.node.start);
      return;
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration':
      for (const { name } of declaredNames(statement)) scope.declare(name, statement.end);
      return;
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      if (statement.declaration) declareLexical(statement.declaration as Node, scope);
      return;
    case 'ImportDeclaration':
      for (const { local } of statement.specifiers as Node[])
        scope.declare(String((local as Node).name), statement.start);
      return;
    default:
  }
}

/** Declares every `var` of a function's body, which holds for all of it. */
function hoist(body: Node, scope: Scope): void {
  const visit = (node: Node): void => {
    if (
      node !== body &&
      (isFunction(node) || node.type.startsWith('Class') || node.type.startsWith('TS'))
    )
      return;
    if (node.type === 'VariableDeclaration' && node.kind === 'var' && node.declare !== true) {
      for (const { name } of declaredNames(node)) scope.declare(name, body.start);
    }
    for (const child of children(node)) visit(child);
  };
  visit(body);
}
