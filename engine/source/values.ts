// Puts hooks around values and into functions; statements are left to who extends it. Knows no run.
import type { Edits } from './edits';
import { isTypeOnly, patternNames } from './declarations';
import { bare, fixedParts, isCall, isHooked, takesName, targetName } from './expressions';
import { nameOf } from './holds';
import { isSelfContained } from './reads';
import { afterArrow, isDerived } from './statements';
import type { SiteKind, SiteTable } from './sites';
import { children, isFunction, wrappedExpression, type Node, type SourceFile } from './syntax';

/** Where the walk stands. */
export interface Place {
  /** What holds the frame; −1 in text that belongs to no function's body: whatever frame is running. */
  readonly frame: string;
  readonly owner: number;
  readonly loop: number;
}

/** The variable that holds a function's frame. */
export const frameName = (owner: number): string => `$frame${owner}`;

export abstract class ValueHooks {
  /** Expressions that are not wrapped: they must not be, or already are. */
  protected readonly fixed = new Set<Node>();

  constructor(
    protected readonly file: SourceFile,
    protected readonly edits: Edits,
    protected readonly sites: SiteTable,
    /** Names and members that are reported, too; then calls are guarded. */
    protected readonly reads: ReadonlySet<Node> | undefined,
  ) {}

  /** Hooks of statements that stand side by side. */
  abstract list(statements: readonly Node[], place: Place): void;

  /** Hooks of one statement; `listed` when others may stand beside it. */
  protected abstract statement(node: Node, place: Place, listed: boolean): void;

  protected site(
    kind: SiteKind,
    { start, end }: { start: number; end: number },
    { owner, loop }: Place,
    name = '',
  ): number {
    return this.sites.add({ kind, lines: this.file.lines, start, end, owner, loop, name });
  }

  protected bindings(names: readonly string[], at: Node | undefined, place: Place): string {
    return names
      .map((name) => `$bind(${place.frame},${this.site('binding', at!, place, name)},${name});`)
      .join('');
  }

  /** What a name begins with is a value under that name. */
  protected initial(node: Node, place: Place, name: string): void {
    if (name !== '' && !takesName(node)) {
      this.hook(node, place, name);
      this.fixed.add(bare(node));
    }
    if (isFunction(node)) this.function(node, place, name);
    else this.expression(node, place);
  }

  /** What a function gives back is reported as such; a call among it may have to be guarded, too. */
  protected given(value: Node): void {
    if (!this.reads) this.fixed.add(value);
  }

  /** Reports the value of an expression; a call that is guarded may be answered by something else. */
  private hook(node: Node, place: Place, name: string): void {
    const site = this.site('value', node, place, name);
    const guarded = this.reads && isCall(bare(node)) && isSelfContained(node);
    if (guarded) this.wrap(node, `$guard(${place.frame},${site},()=>(`, '))');
    else this.wrap(node, `$value(${place.frame},${site},`);
  }

  /** Puts a call around an expression; a comma inside it must not become one of the call's. */
  protected wrap(node: Node, open: string, close = ')'): void {
    const comma = node.type === 'SequenceExpression';
    this.edits.wrap(node, comma ? `${open}(` : open, comma ? `)${close}` : close);
  }

  protected expression(node: Node, place: Place): void {
    for (const part of fixedParts(node)) this.fixed.add(part);
    if (node.type === 'UpdateExpression') this.changed(node, place);
    else if (this.reads?.has(node) && !this.fixed.has(node))
      this.wrap(node, `$value(${place.frame},${this.site('read', node, place)},`);
    else if (isHooked(node) && !this.fixed.has(node)) {
      const name = node.type === 'AssignmentExpression' ? targetName(node.left as Node) : '';
      this.hook(node, place, name);
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
      this.wrap(node, `$changed(${place.frame},${site},`, `,${String(target.name)})`);
  }

  /** A field's value is made while its object is: in no function's text. */
  private field(node: Node, place: Place): void {
    const key = node.key as Node;
    if (node.computed === true) this.expression(key, place);
    const name = node.computed === true ? '' : `this.${keyName(key)}`;
    this.initial(node.value as Node, { ...place, frame: '-1', loop: -1 }, name);
  }

  protected parts(node: Node, place: Place): void {
    if (isBlock(node)) {
      this.list(node.body as Node[], place);
      return;
    }
    for (const child of children(node)) {
      const type = child.type.startsWith('TS') && !/Module|Enum|ParameterProperty/.test(child.type);
      if ((type && !wrappedExpression(child)) || isTypeOnly(child)) continue;
      if (isFunction(child)) {
        const name = functionName(node, child) ?? callbackName(node, child);
        this.function(child, place, name, node);
      } else if (/Statement$|^VariableDeclaration$/.test(child.type))
        this.statement(child, place, true);
      else this.expression(child, place);
    }
  }

  protected function(node: Node, place: Place, given: string | undefined, parent?: Node): void {
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
    this.given(body);
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

/** What a function without a name is called in a stack: by the call that it is given to. */
function callbackName(call: Node, child: Node): string {
  const given = /^(Call|New)Expression$/.test(call.type) && call.callee !== child;
  const callee = given ? (call.callee as Node) : undefined;
  if (callee?.type === 'Identifier') return `${String(callee.name)}() callback`;
  return callee?.type === 'MemberExpression' && callee.computed !== true
    ? `${keyName(callee.property as Node)}() callback`
    : '(anonymous)';
}

function functionName(parent: Node, child: Node): string | undefined {
  if (parent.type === 'MethodDefinition' && parent.computed !== true && parent.value === child)
    return keyName(parent.key as Node);
  return nameOf(parent, child);
}
