// Turns import and export into calls of the runtime, with live bindings. Knows no file system.
import { reader, writer, type Bindings } from './bindings';
import type { Edits } from './edits';
import { declaredNames, isTypeOnly } from './declarations';
import { SourceError } from './error';
import type { Analysis } from './scope';
import { walkTree, type Node, type SourceFile } from './syntax';

/** A module that a file needs before it runs. */
export interface Import {
  readonly specifier: string;
  readonly start: number;
  readonly end: number;
}

export interface ModuleRewrite {
  readonly imports: Import[];
  /** To be put in front of the file's code, on its first line. */
  readonly prologue: string;
  /** Whether the file awaits outside any function. */
  readonly awaits: boolean;
}

/** Rewrites one file's imports, exports and every use of an imported name. */
export function rewriteModule(
  file: SourceFile,
  analysis: Analysis,
  bindings: Bindings,
  edits: Edits,
): ModuleRewrite {
  const imports: Import[] = [];
  const getters = new Map<string, string>();
  const stars: number[] = [];
  const imported = new Map<string, string>();
  const used = new Set(
    analysis.references.flatMap(({ binding }) =>
      binding?.scope === analysis.module ? [binding.name] : [],
    ),
  );

  const need = (source: Node): number => {
    const specifier = String(source.value);
    const known = imports.findIndex((other) => other.specifier === specifier);
    if (known >= 0) return known;
    imports.push({ specifier, start: source.start, end: source.end });
    return imports.length - 1;
  };

  for (const statement of file.tree.body as Node[]) {
    switch (statement.type) {
      case 'ImportDeclaration':
        importStatement(statement);
        break;
      case 'ExportNamedDeclaration':
        exportNamed(statement);
        break;
      case 'ExportDefaultDeclaration':
        exportDefault(statement);
        break;
      case 'ExportAllDeclaration':
        if (statement.exportKind === 'type') {
          edits.blankStatement(statement.start, statement.end);
          break;
        }
        if (statement.exported)
          getters.set(nameOf(statement.exported as Node), `$i${need(statement.source as Node)}`);
        else stars.push(need(statement.source as Node));
        edits.blankStatement(statement.start, statement.end);
        break;
      default:
    }
  }
  renameUses();
  rewriteDynamic(file.tree, edits);

  const locals = [...analysis.module.names.keys()].filter((name) => !imported.has(name));
  const pairs = [...getters].map(([name, value]) => `${JSON.stringify(name)}:()=>${value}`);
  const { names } = analysis.module;
  const write = writer(locals, (name) => bindings.changes(names.get(name)!));
  const prologue = [
    "'use strict';",
    ...imports.map((_, i) => `const $i${i}=$r.imported($m,${i});`),
    `$r.exports($m,{${pairs.join(',')}},[${stars.map((i) => `$i${i}`).join(',')}],${JSON.stringify(locals)},${reader(locals)},${write});`,
  ].join('');
  return { imports, prologue, awaits: awaitsOutside(file.tree) };

  function importStatement(statement: Node): void {
    edits.blankStatement(statement.start, statement.end);
    const specifiers = (statement.specifiers as Node[]).filter(
      ({ importKind, local }) => importKind !== 'type' && used.has(String((local as Node).name)),
    );
    for (const { local } of statement.specifiers as Node[])
      imported.set(String((local as Node).name), 'undefined');
    // Names that are only types take their import with them.
    const onlyTypes = (statement.specifiers as Node[]).length > 0 && specifiers.length === 0;
    if (statement.importKind === 'type' || onlyTypes) return;
    const index = need(statement.source as Node);
    for (const specifier of specifiers) {
      const local = String((specifier.local as Node).name);
      if (specifier.type === 'ImportNamespaceSpecifier') imported.set(local, `$i${index}`);
      else if (specifier.type === 'ImportDefaultSpecifier')
        imported.set(local, `$i${index}.default`);
      else imported.set(local, member(`$i${index}`, nameOf(specifier.imported as Node)));
    }
  }

  function exportNamed(statement: Node): void {
    if (isTypeOnly(statement)) return;
    const declaration = statement.declaration as Node | null;
    if (declaration) {
      edits.blank(statement.start, declaration.start);
      for (const { name } of declaredNames(declaration)) getters.set(name, name);
      return;
    }
    const source = statement.source as Node | null;
    const specifiers = (statement.specifiers as Node[]).filter(
      ({ exportKind }) => exportKind !== 'type',
    );
    if (source && specifiers.length > 0) {
      const index = need(source);
      for (const { local, exported } of specifiers)
        getters.set(nameOf(exported as Node), member(`$i${index}`, nameOf(local as Node)));
    } else {
      for (const { local, exported } of specifiers) {
        const name = nameOf(local as Node);
        // A name that exists only as a type is not exported.
        if (!analysis.module.names.has(name)) continue;
        getters.set(nameOf(exported as Node), `$x:${name}`);
      }
    }
    edits.blankStatement(statement.start, statement.end);
  }

  function exportDefault(statement: Node): void {
    if (isTypeOnly(statement)) return;
    const declaration = statement.declaration as Node;
    const named =
      (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') &&
      Boolean(declaration.id);
    if (named) {
      edits.blank(statement.start, declaration.start);
      getters.set('default', String((declaration.id as Node).name));
      return;
    }
    edits.blank(statement.start, declaration.start);
    const end = file.text[statement.end - 1] === ';' ? statement.end - 1 : statement.end;
    edits.wrap({ start: statement.start, end }, 'const $default=$r.named(', ');');
    getters.set('default', '$default');
  }

  function renameUses(): void {
    for (const [exported, value] of getters) {
      if (!value.startsWith('$x:')) continue;
      const name = value.slice(3);
      getters.set(exported, imported.get(name) ?? name);
    }
    for (const { node, binding, shorthand, called } of analysis.references) {
      if (binding?.scope !== analysis.module) continue;
      const target = imported.get(binding.name);
      if (target === undefined || target === 'undefined' || isInExportList(file.tree, node))
        continue;
      if (shorthand) {
        edits.insert(node.end, `:${target}`);
        continue;
      }
      const written = called ? `(0,${target})` : target;
      edits.replace(node.start, node.start + binding.name.length, written);
    }
  }
}

function isInExportList(tree: Node, node: Node): boolean {
  return (tree.body as Node[]).some(
    (statement) =>
      statement.type === 'ExportNamedDeclaration' &&
      !statement.declaration &&
      statement.start <= node.start &&
      node.end <= statement.end,
  );
}

function nameOf(node: Node): string {
  return String(node.type === 'Literal' ? node.value : node.name);
}

function member(object: string, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name)
    ? `${object}.${name}`
    : `${object}[${JSON.stringify(name)}]`;
}

/** import(…) and import.meta. */
function rewriteDynamic(tree: Node, edits: Edits): void {
  walkTree(tree, (node) => {
    if (node.type === 'ImportExpression')
      edits.replace(node.start, node.start + 'import'.length, '$r.dynamic.bind(undefined,$m)');
    if (node.type === 'MetaProperty' && (node.meta as Node).name === 'import')
      edits.replace(node.start, node.end, '$r.meta($m)');
  });
}

function awaitsOutside(tree: Node): boolean {
  let found = false;
  walkTree(tree, (node) => {
    if (/Function/.test(node.type) && node.type !== 'TSDeclareFunction') return false;
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await === true))
      found = true;
    return undefined;
  });
  return found;
}

/** The error for a specifier that leads nowhere. */
export function missingModule(
  file: SourceFile,
  { specifier, start, end }: Import,
  tried: readonly string[],
): SourceError {
  const hint = specifier.startsWith('.')
    ? `looked for ${tried.join(', ')}`
    : "a model file can import 'retrograd', files by relative path, and Node's own modules";
  return new SourceError(
    'import',
    `cannot find module '${specifier}' (${hint})`,
    file.lines.range(start, end),
  );
}
