// Puts hooks into functions, statements and loops. Knows no run.
import type { Edits } from './edits';
import { isTypeOnly, patternNames } from './erase';
import { bare, fixedParts, isHooked, takesName, targetName } from './expressions';
import { nameOf } from './holds';
import { afterArrow, boundBy, head, innermost, isDerived, isStop, ownNames } from './statements';
import type { SiteKind, SiteTable } from './sites';
import {
  children,
  isFunction,
  isLoop,
  wrappedExpression,
  type Node,
  type SourceFile,
} from './syntax';

/** Where the walk stands. */
interface Place {
  /** What holds the frame; −1 in text that belongs to no function's body: whatever frame is running. */
  readonly frame: string;
  readonly owner: number;
  readonly loop: number;
}

/**
 * Adds hooks to one file and its sites to the table. Returns the text that must stand before the file's
 * own code.
 */
export function instrument(file: SourceFile, edits: Edits, sites: SiteTable): string {
  const { lines } = file;
  const owner = sites.add({ kind: 'function', lines, start: 0, end: 0, loop: -1, name: '' });
  const place = { frame: frameName(owner), owner, loop: -1 };
  new Instrumenter(file, edits, sites).list(file.tree.body as Node[], place);
  return `const {$enter,$at,$iterate,$value,$changed,$bind,$leave}=$r.hooks,${place.frame}=$enter(-1,${owner});`;
}

/** The variable that holds a function's frame. */
export const frameName = (owner: number): string => `$frame${owner}`;

class Instrumenter {
  /** Expressions that are not wrapped: they must not be, or already are. */
  private readonly fixed = new Set<Node>();

  constructor(
    private readonly file: SourceFile,
    private readonly edits: Edits,
    private readonly sites: SiteTable,
  ) {}

  list(statements: readonly Node[], place: Place): void {
    for (const statement of statements) {
      if (!isTypeOnly(statement)) this.statement(statement, place, true);
    }
  }

  private site(
    kind: SiteKind,
    { start, end }: { start: number; end: number },
    { owner, loop }: Place,
    name = '',
  ): number {
    return this.sites.add({ kind, lines: this.file.lines, start, end, owner, loop, name });
  }

  /** A statement; `listed` when others may stand beside it. */
  private statement(node: Node, place: Place, listed: boolean): void {
    const inner = innermost(node);
    let within = place;
    if (isStop(node)) {
      const kind = isLoop(inner) ? 'loop' : 'statement';
      const site = this.site(kind, head(this.file.text, node), place);
      if (kind === 'loop') within = { ...place, loop: site };
      const at = `$at(${place.frame},${site});`;
      if (listed) this.edits.insert(node.start, at, 1);
      else this.edits.wrap(node, `{${at}`, '}');
    }
    if (isLoop(inner)) this.loop(inner, place, within);
    else this.contents(inner, place);
  }

  private contents(node: Node, place: Place): void {
    switch (node.type) {
      case 'IfStatement':
        this.expression(node.test as Node, place);
        this.body(node.consequent as Node, place);
        if (node.alternate) this.body(node.alternate as Node, place);
        return;
      case 'SwitchStatement':
        this.expression(node.discriminant as Node, place);
        for (const { test, consequent } of node.cases as Node[]) {
          if (test) this.expression(test as Node, place);
          this.list(consequent as Node[], place);
        }
        return;
      case 'ReturnStatement':
        this.returned(node, place);
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration) this.contents(node.declaration as Node, place);
        return;
      case 'VariableDeclaration':
        this.bindAfter(node, place, node.declarations as Node[]);
        this.declarators(node, place);
        return;
      case 'ExpressionStatement':
        this.bindAfter(node, place, [bare(node.expression as Node)]);
        this.expression(node.expression as Node, place);
        return;
      case 'FunctionDeclaration':
        this.function(node, place, undefined);
        return;
      default:
        this.parts(node, place);
    }
  }

  /** A statement that may stand alone after `if` and the like. */
  private body(node: Node, place: Place): void {
    this.statement(node, place, node.type === 'BlockStatement');
  }

  private loop(node: Node, outside: Place, inside: Place): void {
    const begins = (node.type === 'ForStatement' ? node.init : node.left) as Node | undefined;
    if (begins?.type === 'VariableDeclaration') this.declarators(begins, outside);
    else if (begins) this.expression(begins, outside);
    if (node.right) this.expression(node.right as Node, outside);
    for (const part of [node.test, node.update] as (Node | null | undefined)[])
      if (part) this.expression(part, inside);
    const body = node.body as Node;
    const hidden = body.type === 'BlockStatement' ? ownNames(body.body as Node[]) : [];
    const names = boundBy(begins).filter((name) => !hidden.includes(name));
    const iterate = `$iterate(${inside.frame},${inside.loop});${this.bindings(names, begins, inside)}`;
    if (body.type === 'BlockStatement') this.edits.insert(body.start + 1, iterate);
    else this.edits.wrap(body, `{${iterate}`, '}');
    this.body(body, inside);
  }

  private bindings(names: readonly string[], at: Node | undefined, place: Place): string {
    return names
      .map((name) => `$bind(${place.frame},${this.site('binding', at!, place, name)},${name});`)
      .join('');
  }

  private returned(node: Node, place: Place): void {
    const argument = node.argument as Node | null;
    const leave = `$leave(${place.frame},${this.site('return', argument ?? node, place)},`;
    if (argument) {
      this.wrap(argument, leave);
      this.fixed.add(argument);
      this.expression(argument, place);
    } else this.edits.insert(node.start + 'return'.length, ` ${leave}undefined)`);
  }

  private declarators(node: Node, place: Place): void {
    for (const { id, init } of node.declarations as Node[]) {
      const target = id as Node;
      const name = target.type === 'Identifier' ? String(target.name) : '';
      if (name === '') this.parts(target, place);
      if (init) this.initial(init as Node, place, name);
    }
  }

  /** What a name begins with is a value under that name. */
  private initial(node: Node, place: Place, name: string): void {
    if (name !== '' && !takesName(node)) {
      this.wrap(node, `$value(${place.frame},${this.site('value', node, place, name)},`);
      this.fixed.add(bare(node));
    }
    if (isFunction(node)) this.function(node, place, name);
    else this.expression(node, place);
  }

  /** Names that patterns have bound are reported behind the statement that did it. */
  private bindAfter(statement: Node, place: Place, parts: readonly Node[]): void {
    const targets = parts.flatMap(({ type, id, init, left }) =>
      type === 'AssignmentExpression' ? [left as Node] : id && init ? [id as Node] : [],
    );
    const names = targets.filter(({ type }) => type.endsWith('Pattern')).flatMap(patternNames);
    if (names.length > 0)
      this.edits.wrap(statement, '', `;${this.bindings(names, statement, place)}`);
  }

  /** Puts a call around an expression; a comma inside it must not become one of the call's. */
  private wrap(node: Node, open: string, close = ')'): void {
    const comma = node.type === 'SequenceExpression';
    this.edits.wrap(node, comma ? `${open}(` : open, comma ? `)${close}` : close);
  }

  private expression(node: Node, place: Place): void {
    for (const part of fixedParts(node)) this.fixed.add(part);
    if (node.type === 'UpdateExpression') this.changed(node, place);
    else if (isHooked(node) && !this.fixed.has(node)) {
      const name = node.type === 'AssignmentExpression' ? targetName(node.left as Node) : '';
      this.wrap(node, `$value(${place.frame},${this.site('value', node, place, name)},`);
    }
    if (isFunction(node)) this.function(node, place, undefined);
    else if (node.type === 'PropertyDefinition' && node.value) this.field(node, place);
    else this.parts(node, place);
  }

  /** What counts is the value afterwards, though `x++` itself is worth the one before. */
  private changed(node: Node, place: Place): void {
    const target = bare(node.argument as Node);
    const site = this.site('value', node, place, targetName(target));
    if (node.prefix === true) this.wrap(node, `$value(${place.frame},${site},`);
    else if (target.type === 'Identifier')
      this.wrap(node, `$changed(${place.frame},${site},`, `,()=>${String(target.name)})`);
  }

  /** A field's value is made while its object is: in no function's text. */
  private field(node: Node, place: Place): void {
    const key = node.key as Node;
    if (node.computed === true) this.expression(key, place);
    const name = node.computed === true ? '' : `this.${keyName(key)}`;
    this.initial(node.value as Node, { ...place, frame: '-1', loop: -1 }, name);
  }

  private parts(node: Node, place: Place): void {
    if (isBlock(node)) {
      this.list(node.body as Node[], place);
      return;
    }
    for (const child of children(node)) {
      const type = child.type.startsWith('TS') && !/Module|Enum|ParameterProperty/.test(child.type);
      if ((type && !wrappedExpression(child)) || isTypeOnly(child)) continue;
      if (isFunction(child)) this.function(child, place, functionName(node, child), node);
      else if (/Statement$|^VariableDeclaration$/.test(child.type))
        this.statement(child, place, true);
      else this.expression(child, place);
    }
  }

  private function(node: Node, place: Place, given: string | undefined, parent?: Node): void {
    const { lines, text } = this.file;
    const name = node.id ? String((node.id as Node).name) : (given ?? '');
    const { start, end } = node;
    const owner = this.sites.add({ kind: 'function', lines, start, end, loop: -1, name });
    const inner = { frame: frameName(owner), owner, loop: -1 };
    const params = node.params as Node[];
    for (const param of params) this.expression(param, { ...inner, frame: '-1' });
    // Before super() a derived constructor has no `this`; an arrow has that of its parent.
    const self =
      node.type === 'ArrowFunctionExpression' || isDerived(this.file.tree, parent) ? '' : ',this';
    const names = params.flatMap(patternNames).filter((bound) => bound !== 'this');
    const enter =
      `const ${inner.frame}=$enter(${place.frame},${owner}${self});` +
      this.bindings(names, node, inner);
    const body = node.body as Node;
    if (body.type === 'BlockStatement') {
      this.edits.insert(body.start + 1, enter, -2);
      this.list(body.body as Node[], inner);
      this.edits.insert(body.end - 1, `;$leave(${inner.frame},${owner},undefined);`, 2);
      return;
    }
    const site = this.site('return', body, inner);
    const open = `{${enter}$at(${inner.frame},${site});return $leave(${inner.frame},${site},`;
    this.edits.wrap({ start: afterArrow(text, node), end }, open, ')}');
    this.fixed.add(body);
    this.expression(body, inner);
  }
}

function isBlock({ type }: Node): boolean {
  return type === 'BlockStatement' || type === 'StaticBlock' || type === 'TSModuleBlock';
}

function keyName(key: Node): string {
  const mark = key.type === 'PrivateIdentifier' ? '#' : '';
  return mark + String(key.name ?? key.value);
}

function functionName(parent: Node, child: Node): string | undefined {
  if (parent.type === 'MethodDefinition' && parent.computed !== true && parent.value === child)
    return keyName(parent.key as Node);
  return nameOf(parent, child);
}
