// Blanks everything that is only a type, and rewrites what TypeScript adds to JavaScript. Knows no module.
import { rewriteEnum, rewriteNamespace, type Rewriting } from './constructs';
import { isTypeOnly } from './declarations';
import type { Edits } from './edits';
import { SourceError } from './error';
import { children, type Node, type SourceFile } from './syntax';

const modifiers = /\b(?:public|private|protected|readonly|override|abstract|declare)\b/g;
/** Erases one file into `edits`. */
export function erase(file: SourceFile, edits: Edits): void {
  new Eraser(file, edits).visit(file.tree);
}

class Eraser {
  constructor(
    private readonly file: SourceFile,
    private readonly edits: Edits,
  ) {}

  private readonly additions = new Set<Node>();

  private get rewriting(): Rewriting {
    const { file, edits, additions } = this;
    return {
      file,
      edits,
      additions,
      visit: (node) => {
        this.visit(node);
      },
      findAdditions: (statements) => {
        this.findAdditions(statements);
      },
    };
  }

  visit(node: Node): void {
    if (Array.isArray(node.body)) this.findAdditions(node.body as Node[]);
    if (Array.isArray(node.decorators) && node.decorators.length > 0) {
      this.refuse(
        node.decorators[0] as Node,
        'decorators are not supported; call the function instead',
      );
    }
    if (this.statement(node) || this.expression(node)) return;
    if (node.type.startsWith('TS') && !node.type.startsWith('TSModuleBlock')) {
      this.edits.blank(node.start, node.end);
      return;
    }
    this.marks(node);
    for (const child of children(node)) this.visit(child);
  }

  private findAdditions(statements: readonly Node[]): void {
    const bare = statements.map((statement) => (statement.declaration ?? statement) as Node);
    const declared = new Set(
      bare
        .filter(({ type }) => type === 'ClassDeclaration' || type === 'FunctionDeclaration')
        .map(({ id }) => (id as Node | null)?.name as unknown),
    );
    for (const node of bare) {
      if (node.type === 'TSModuleDeclaration' && declared.has((node.id as Node).name))
        this.additions.add(node);
    }
  }

  private refuse(node: Node, message: string): never {
    throw new SourceError('syntax', message, this.file.lines.range(node.start, node.end));
  }

  /** Statements and class members that go away or become others; true when nothing is left to visit. */
  private statement(node: Node): boolean {
    const { edits } = this;
    if (isTypeOnly(node) && node.type !== 'Program') {
      edits.blankStatement(node.start, node.end);
      return true;
    }
    switch (node.type) {
      case 'TSAbstractMethodDefinition':
      case 'TSAbstractPropertyDefinition':
      case 'TSIndexSignature':
        edits.blankStatement(node.start, node.end);
        return true;
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.abstract === true || (node.value as Node | null)?.type === 'TSDeclareMethod') {
          edits.blankStatement(node.start, node.end);
          return true;
        }
        if (node.accessor === true)
          this.refuse(node, "'accessor' fields are not supported; write a getter and a setter");
        return false;
      case 'TSEnumDeclaration':
        rewriteEnum(node, this.rewriting);
        return true;
      case 'TSModuleDeclaration':
        rewriteNamespace(node, this.rewriting);
        return true;
      case 'TSExportAssignment':
        return this.refuse(node, "'export =' is not supported; use export default");
      case 'TSImportEqualsDeclaration': {
        const reference = node.moduleReference as Node;
        if (reference.type === 'TSExternalModuleReference') {
          return this.refuse(node, "'import = require(…)' is not supported; use import … from …");
        }
        // `import x = N.y` is an alias.
        edits.replace(node.start, (node.id as Node).start, 'const ');
        return true;
      }
      default:
        return false;
    }
  }

  /** Expressions with a type at their side; true when already visited. */
  private expression(node: Node): boolean {
    const { edits, file } = this;
    switch (node.type) {
      case 'TSAsExpression':
      case 'TSSatisfiesExpression': {
        const type = node.typeAnnotation as Node;
        const inner = node.expression as Node;
        // Behind closing brackets and comments stands the keyword.
        const before = /^(?:[\s)]|\/\/[^\n]*|\/\*[^]*?\*\/)*/.exec(
          file.text.slice(inner.end, type.start),
        );
        edits.blankTrailing(inner.end + before![0].length, node.end);
        this.visit(inner);
        return true;
      }
      case 'TSNonNullExpression':
        edits.blankTrailing(node.end - 1, node.end);
        this.visit(node.expression as Node);
        return true;
      case 'TSTypeAssertion': {
        const inner = node.expression as Node;
        const end = file.text.indexOf('>', (node.typeAnnotation as Node).end) + 1;
        edits.blank(node.start, end);
        this.visit(inner);
        return true;
      }
      case 'TSInstantiationExpression':
        this.visit(node.expression as Node);
        edits.blankTrailing((node.expression as Node).end, node.end);
        return true;
      case 'TSParameterProperty':
        edits.blank(node.start, boundName(node.parameter as Node).start);
        this.visit(node.parameter as Node);
        return true;
      default:
        return false;
    }
  }

  /** Small marks: modifiers, `?`, `!`, `implements`, a `this` parameter, parameter properties. */
  private marks(node: Node): void {
    const { edits, file } = this;
    if (node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') {
      const key = node.key as Node;
      const head = file.text.slice(node.start, key.start);
      for (const match of head.matchAll(modifiers)) {
        edits.blank(node.start + match.index, node.start + match.index + match[0].length);
      }
      if (node.optional === true || node.definite === true) this.blankMark(key.end);
    }
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') this.classHead(node);
    if (node.type === 'VariableDeclarator' && node.definite === true) {
      const { start, name } = node.id as Node;
      this.blankMark(start + (name as string).length);
    }
    if ((node.type === 'Identifier' || node.type.endsWith('Pattern')) && node.optional === true) {
      const annotation = node.typeAnnotation as Node | undefined;
      const end = annotation ? annotation.start : node.end;
      const at = file.text.slice(node.start, end).lastIndexOf('?');
      if (at >= 0) edits.blank(node.start + at, node.start + at + 1);
    }
    if (node.type === 'ArrowFunctionExpression') this.arrowHead(node);
    if (Array.isArray(node.params)) this.parameters(node);
  }

  /** No line may begin between `async` and `(`, nor between `)` and `=>`: brackets move across a long type. */
  private arrowHead(node: Node): void {
    const { edits, file } = this;
    const move = (type: Node | undefined, bracket: number, to: number): void => {
      if (!type || !file.text.slice(type.start, type.end).includes('\n')) return;
      edits.blank(bracket, bracket + 1);
      edits.insert(to, file.text[bracket]);
    };
    const generic = node.typeParameters as Node | undefined;
    if (generic) move(generic, file.text.indexOf('(', generic.end), generic.start);
    const result = node.returnType as Node | undefined;
    if (result) move(result, file.text.lastIndexOf(')', result.start), result.end);
  }

  /** Blanks the `?` or `!` that follows a name. */
  private blankMark(from: number): void {
    const before = /^(?:[^?!/]|\/\/[^\n]*|\/\*[^]*?\*\/)*/.exec(this.file.text.slice(from))!;
    const at = from + before[0].length;
    this.edits.blank(at, at + 1);
  }

  private classHead(node: Node): void {
    const { edits, file } = this;
    if (node.abstract === true) {
      const at = file.text.indexOf('abstract', node.start);
      edits.blank(at, at + 'abstract'.length);
    }
    this.propertyFields(node.body as Node);
    const list = (node.implements ?? []) as Node[];
    if (list.length === 0) return;
    const at = file.text.lastIndexOf('implements', list[0].start);
    edits.blank(at, list.at(-1)!.end);
  }

  /** Parameter properties are fields, in front of all others. */
  private propertyFields(body: Node): void {
    const made = (body.body as Node[]).find(
      ({ kind, value }) => kind === 'constructor' && Array.isArray((value as Node).params),
    );
    const names = ((made?.value as Node | undefined)?.params ?? ([] as Node[])) as Node[];
    const fields = names
      .filter(({ type }) => type === 'TSParameterProperty')
      .map(({ parameter }) => `${String(boundName(parameter as Node).name)};`);
    if (fields.length > 0) this.edits.insert(body.start + 1, fields.join(''));
  }

  private parameters(node: Node): void {
    const { edits, file } = this;
    const params = node.params as Node[];
    const [first] = params;
    if (first?.type === 'Identifier' && first.name === 'this') {
      const comma = file.text.slice(first.end).match(/^\s*,/);
      edits.blank(first.start, first.end + (comma?.[0].length ?? 0));
    }
    const properties = params.filter(({ type }) => type === 'TSParameterProperty');
    if (properties.length === 0) return;
    const assignments = properties.map((property) => {
      const { name } = boundName(property.parameter as Node);
      return `this.${String(name)}=${String(name)};`;
    });
    const body = node.body as Node;
    const superCall = (body.body as Node[]).find(
      ({ type, expression }) =>
        type === 'ExpressionStatement' &&
        (expression as Node).type === 'CallExpression' &&
        ((expression as Node).callee as Node).type === 'Super',
    );
    edits.insert(superCall ? superCall.end : body.start + 1, `;${assignments.join('')}`);
  }
}

/** The identifier of a parameter property, with or without a default. */
function boundName(parameter: Node): Node {
  return (parameter.type === 'AssignmentPattern' ? parameter.left : parameter) as Node;
}
