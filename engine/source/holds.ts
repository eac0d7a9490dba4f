// Makes visible what functions, classes and generators hold out of sight. Knows no tensor and no run.
import { reader, writer, type Bindings } from './bindings';
import { patternNames } from './declarations';
import type { Edits } from './edits';
import type { Analysis, Binding } from './scope';
import { children, isFunction, walkTree, wrappedExpression, type Node } from './syntax';

/** Registers captured variables, private fields and generators' locals. */
export function exposeHolds(
  tree: Node,
  analysis: Analysis,
  bindings: Bindings,
  edits: Edits,
): void {
  visit(tree, undefined, undefined);

  function visit(node: Node, parent: Node | undefined, name: string | undefined): void {
    if (isFunction(node)) exposeFunction(node, parent, name);
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') exposeClass(node);
    if (node.type === 'ObjectExpression') exposeObject(node);
    for (const child of children(node)) {
      const type = child.type.startsWith('TS') && !/Module|Enum|ParameterProperty/.test(child.type);
      if (type && !wrappedExpression(child)) continue;
      visit(child, node, nameOf(node, child));
    }
  }

  function exposeFunction(node: Node, parent: Node | undefined, name: string | undefined): void {
    const body = node.body as Node;
    if (node.generator === true) {
      const locals = [...new Set([...localNames(node)])];
      // The reader stands inside the block, where it sees what the block declares.
      edits.insert(body.start + 1, `let $end;try{$end=$r.generator(${reader(locals)});`, -1);
      edits.insert(body.end - 1, '}finally{$end()}', 1);
    }
    const captures = analysis.captures.get(node);
    if (!captures) return;
    const held = variables(captures);
    if (node.type === 'FunctionDeclaration') {
      // Hoisted with its name, so it is registered where its block begins.
      const start = blockStart(parent);
      if (start !== undefined && node.id)
        edits.insert(start, `$r.captured(${String((node.id as Node).name)},undefined,${held});`);
      return;
    }
    const called = parent?.type === 'CallExpression' && parent.callee === node;
    const method =
      parent?.type === 'MethodDefinition' ||
      (parent?.type === 'Property' && (parent.method === true || parent.kind !== 'init'));
    if (called || method) return;
    const computed = parent?.type === 'Property' && parent.computed === true;
    if (computed) {
      // The key is evaluated just before the function is made.
      const key = parent.key as Node;
      edits.wrap(key, '$r.key(', ')');
    }
    const given = computed ? '$r.keyName()' : JSON.stringify(name);
    edits.wrap(node, '$r.captured(', `,${given},${held})`);
  }

  /** An object holds what its methods and accessors capture. */
  function exposeObject(node: Node): void {
    const methods = (node.properties as Node[]).filter(
      ({ method, kind }) => method === true || kind === 'get' || kind === 'set',
    );
    const held = new Set(
      methods.flatMap(({ value }) => [...(analysis.captures.get(value as Node) ?? [])]),
    );
    if (held.size === 0) return;
    edits.wrap(node, '$r.captured(', `,undefined,${variables(held)})`);
  }

  /** The arguments by which the runtime reads captured variables, and writes those that change. */
  function variables(held: ReadonlySet<Binding>): string {
    const names = [...held].map(({ name }) => name);
    const changing = new Set(
      [...held].filter((one) => bindings.changes(one)).map((one) => one.name),
    );
    const write = changing.size > 0 ? `,${writer(names, (name) => changing.has(name))}` : '';
    return reader(names) + write;
  }

  function exposeClass(node: Node): void {
    const body = node.body as Node;
    const members = body.body as Node[];
    const fields = members.filter(
      ({ type, key }) =>
        type === 'PropertyDefinition' && (key as Node).type === 'PrivateIdentifier',
    );
    const reads = fields.map(({ key }) => {
      const field = `#${String((key as Node).name)}`;
      return `${field} in $o?$o.${field}:undefined`;
    });
    const writes = fields.map(({ key }, i) => {
      const field = `#${String((key as Node).name)}`;
      return `if(${field} in $o)$o.${field}=$v[${i}];`;
    });
    const held = analysis.captures.get(node);
    const statements = [
      ...(reads.length > 0
        ? [`$r.privates(this,($o)=>[${reads.join(',')}],($o,$v)=>{${writes.join('')}});`]
        : []),
      ...(held ? [`$r.captured(this,undefined,${variables(held)});`] : []),
    ];
    if (statements.length > 0) edits.insert(body.start + 1, `static{${statements.join('')}}`);
  }
}

/** The name that JavaScript would give to an anonymous function or class standing there. */
export function nameOf(parent: Node, child: Node): string | undefined {
  const target =
    parent.type === 'VariableDeclarator' && parent.init === child
      ? (parent.id as Node)
      : (parent.type === 'AssignmentExpression' || parent.type === 'AssignmentPattern') &&
          parent.right === child
        ? (parent.left as Node)
        : undefined;
  if (target?.type === 'Identifier') return String(target.name);
  const keyed =
    (parent.type === 'Property' || parent.type === 'PropertyDefinition') && parent.value === child;
  if (!keyed || parent.computed === true) return undefined;
  const key = parent.key as Node;
  if (key.type === 'PrivateIdentifier') return `#${String(key.name)}`;
  return String(key.type === 'Identifier' ? key.name : key.value);
}

function blockStart(parent: Node | undefined): number | undefined {
  if (parent?.type === 'BlockStatement' || parent?.type === 'StaticBlock') {
    // Behind a directive such as 'use strict' there is nothing that this could break.
    return parent.type === 'BlockStatement' ? parent.start + 1 : undefined;
  }
  return undefined;
}

/** The names that a function binds at its top level: parameters and declarations of its body. */
function localNames(node: Node): Set<string> {
  const names = new Set((node.params as Node[]).flatMap(patternNames));
  for (const statement of (node.body as Node).body as Node[]) {
    if (statement.type === 'VariableDeclaration') {
      for (const { id } of statement.declarations as Node[])
        patternNames(id as Node).forEach((name) => names.add(name));
    }
  }
  walkTree(node.body as Node, (inner) => {
    if (isFunction(inner)) return false;
    if (inner.type === 'VariableDeclaration' && inner.kind === 'var') {
      for (const { id } of inner.declarations as Node[])
        patternNames(id as Node).forEach((name) => names.add(name));
    }
    return undefined;
  });
  return names;
}
