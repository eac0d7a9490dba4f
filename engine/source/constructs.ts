// Rewrites what TypeScript adds to JavaScript as values: enums and namespaces. Knows no module.
import { declaredNames, isTypeOnly } from './declarations';
import type { Edits } from './edits';
import type { Node, SourceFile } from './syntax';

/** What a rewrite works with; `visit` erases the types inside. */
export interface Rewriting {
  readonly file: SourceFile;
  readonly edits: Edits;
  /** Namespaces that add to a class or function, which must not be declared again. */
  readonly additions: ReadonlySet<Node>;
  visit(this: void, node: Node): void;
  findAdditions(this: void, statements: readonly Node[]): void;
}

const reserved =
  /^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|let|new|null|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|await)$/;

/** enum E { A, B = 2 } → var E;(function(E){const A=$r.member(E,"A",0);…})(E||(E={})); */
export function rewriteEnum(node: Node, { file, edits, visit }: Rewriting): void {
  const { name } = node.id as Node;
  const brace = file.text.indexOf('{', (node.id as Node).end);
  edits.replace(node.start, brace + 1, `var ${String(name)};(function(${String(name)}){`);
  let next = '0';
  for (const member of (node.members ?? (node.body as Node).members) as Node[]) {
    const id = member.id as Node;
    const key = String(id.type === 'Identifier' ? id.name : id.value);
    const init = member.initializer as Node | undefined;
    const bound = /^[A-Za-z_$][\w$]*$/.test(key) && !reserved.test(key) ? `const ${key}=` : '';
    const open = `${bound}$r.member(${String(name)},${JSON.stringify(key)},`;
    if (init) {
      edits.replace(member.start, init.start, open);
      visit(init);
      edits.insert(member.end, ');');
    } else {
      edits.replace(member.start, member.end, `${open}${next});`);
    }
    const comma = file.text.slice(member.end).match(/^(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*,/);
    if (comma) edits.blank(member.end + comma[0].length - 1, member.end + comma[0].length);
    next = `${String(name)}[${JSON.stringify(key)}]+1`;
  }
  edits.insert(node.end, `)(${String(name)}||(${String(name)}={}));`);
}

/** namespace N { export const a = 1 } → var N;(function(N){$r.space(N,{a:[()=>a]});const a = 1 })(N||(N={})); */
export function rewriteNamespace(
  node: Node,
  { file, edits, visit, additions, findAdditions }: Rewriting,
): void {
  const id = node.id as Node;
  const names =
    id.type === 'TSQualifiedName'
      ? file.text.slice(id.start, id.end).split('.')
      : [String(id.name)];
  let block = node.body as Node;
  while (block.type === 'TSModuleDeclaration') {
    names.push(String((block.id as Node).name));
    block = block.body as Node;
  }
  const inner = names.at(-1)!.trim();
  const opens = names.map((part, i) => {
    const name = part.trim();
    const declaration = i === 0 && !additions.has(node) ? `var ${name};` : '';
    return `${declaration};(function(${name}){`;
  });
  const closes = names
    .map((part, i) => {
      const name = part.trim();
      const holder = i === 0 ? name : `${names[i - 1].trim()}.${name}`;
      return `})(${holder}||(${holder}={}));`;
    })
    .reverse();
  const statements = block.body as Node[];
  const exported = statements.flatMap((statement) =>
    statement.type === 'ExportNamedDeclaration' && statement.declaration && !isTypeOnly(statement)
      ? declaredNames(statement.declaration as Node)
      : [],
  );
  const getters = exported.map(({ name, mutable }) =>
    mutable ? `${name}:[()=>${name},(v)=>{${name}=v}]` : `${name}:[()=>${name}]`,
  );
  edits.replace(
    node.start,
    block.start + 1,
    `${opens.join('')}$r.space(${inner},{${getters.join(',')}});`,
  );
  findAdditions(statements);
  for (const statement of statements) {
    if (
      statement.type === 'ExportNamedDeclaration' &&
      statement.declaration &&
      !isTypeOnly(statement)
    ) {
      edits.blank(statement.start, (statement.declaration as Node).start);
      visit(statement.declaration as Node);
    } else {
      visit(statement);
    }
  }
  edits.blank(block.end - 1, block.end);
  edits.insert(block.end, closes.join(''));
}
