// Puts hooks into statements and loops, and through them into all of a program. Knows no run.
import type { Edits } from './edits';
import { isTypeOnly, patternNames } from './declarations';
import { bare } from './expressions';
import { boundBy, head, innermost, isStop, ownNames } from './statements';
import { findReads } from './reads';
import type { Analysis } from './scope';
import type { SiteTable } from './sites';
import { isLoop, type Node, type SourceFile } from './syntax';
import { frameName, ValueHooks, type Place } from './values';

/**
 * Adds hooks to one file and its sites to the table; with an analysis, hooks also tell of every name and
 * member that is read, and guard calls. Returns the text that must stand before the file's own code.
 */
export function instrument(
  file: SourceFile,
  edits: Edits,
  sites: SiteTable,
  deep?: Analysis,
): string {
  const { lines } = file;
  const owner = sites.add({ kind: 'function', lines, start: 0, end: 0, loop: -1, name: '' });
  const place = { frame: frameName(owner), owner, loop: -1 };
  const reads = deep && findReads(file.tree, deep);
  new Instrumenter(file, edits, sites, reads).list(file.tree.body as Node[], place);
  return `const {$enter,$at,$iterate,$value,$guard,$changed,$bind,$leave}=$r.hooks,${place.frame}=$enter(-1,${owner});`;
}

class Instrumenter extends ValueHooks {
  override list(statements: readonly Node[], place: Place): void {
    for (const statement of statements) {
      if (!isTypeOnly(statement)) this.statement(statement, place, true);
    }
  }

  /** A statement; `listed` when others may stand beside it. */
  protected override statement(node: Node, place: Place, listed: boolean): void {
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

  private returned(node: Node, place: Place): void {
    const argument = node.argument as Node | null;
    const leave = `$leave(${place.frame},${this.site('return', argument ?? node, place)},`;
    if (argument) {
      this.wrap(argument, leave);
      this.given(argument);
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

  /** Names that patterns have bound are reported behind the statement that did it. */
  private bindAfter(statement: Node, place: Place, parts: readonly Node[]): void {
    const targets = parts.flatMap(({ type, id, init, left }) =>
      type === 'AssignmentExpression' ? [left as Node] : id && init ? [id as Node] : [],
    );
    const names = targets.filter(({ type }) => type.endsWith('Pattern')).flatMap(patternNames);
    if (names.length > 0)
      this.edits.wrap(statement, '', `;${this.bindings(names, statement, place)}`);
  }
}
