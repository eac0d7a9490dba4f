// The functions, loops and calls of a file, found in one walk, and which of them stand in what. Knows no meaning of a name.
import { isFunction, isLoop, walkTree, type Node } from './syntax';

export interface NamedFunction {
  readonly name: string;
  readonly body: Node;
}

interface Placed {
  readonly node: Node;
  /** The innermost function around it, if any. */
  readonly within: Node | undefined;
}

interface Call extends Placed {
  readonly name: string;
}

export class Calls {
  readonly functions: NamedFunction[] = [];
  readonly loops: Node[] = [];
  /** The innermost function around each loop, if any. */
  private readonly around = new Map<Node, Node | undefined>();
  private readonly calls: Call[] = [];
  private readonly names = new Map<Node, ReadonlySet<string>>();

  constructor(tree: Node) {
    const open: Node[] = [];
    walkTree(tree, (node) => {
      while (open.length > 0 && open[open.length - 1].end <= node.start) open.pop();
      const within = open[open.length - 1];
      if (isFunction(node)) open.push(node);
      else if (isLoop(node)) {
        this.loops.push(node);
        this.around.set(node, within);
      } else if (node.type === 'CallExpression') {
        const name = calledName(node.callee as Node);
        if (name !== undefined) this.calls.push({ name, node, within });
      }
      const named = namedFunction(node);
      if (named) this.functions.push(named);
    });
  }

  /** Whether a node calls a function or method by one of these names, outside functions defined within. */
  any(node: Node, wanted: (name: string) => boolean): boolean {
    for (const name of this.namesIn(node)) if (wanted(name)) return true;
    return false;
  }

  /** The names of what a node calls, outside functions defined within. */
  namesIn(node: Node): ReadonlySet<string> {
    let found = this.names.get(node);
    if (found === undefined) {
      const own = this.calls.filter((call) => isOwn(call, node));
      this.names.set(node, (found = new Set(own.map(({ name }) => name))));
    }
    return found;
  }

  /** Whether a loop belongs to a function's body, and not to one that is defined within. */
  holds(body: Node, loop: Node): boolean {
    return isOwn({ node: loop, within: this.around.get(loop) }, body);
  }
}

export const liesIn = (inner: Node, outer: Node): boolean =>
  inner.start >= outer.start && inner.end <= outer.end;

const isOwn = ({ node, within }: Placed, outer: Node): boolean =>
  liesIn(node, outer) && (within === undefined || within === outer || !liesIn(within, outer));

function namedFunction(node: Node): NamedFunction | undefined {
  const [key, value] =
    node.type === 'FunctionDeclaration'
      ? [node.id, node]
      : node.type === 'VariableDeclarator'
        ? [node.id, node.init]
        : node.type === 'MethodDefinition' ||
            node.type === 'Property' ||
            node.type === 'PropertyDefinition'
          ? [node.key, node.value]
          : [];
  if (!key || !value || !isFunction(value as Node)) return undefined;
  if ((key as Node).type !== 'Identifier') return undefined;
  return { name: String((key as Node).name), body: (value as Node).body as Node };
}

function calledName(callee: Node): string | undefined {
  if (callee.type === 'Identifier') return String(callee.name);
  if (callee.type === 'TSNonNullExpression') return calledName(callee.expression as Node);
  if (callee.type !== 'MemberExpression' || callee.computed === true) return undefined;
  const name = String((callee.property as Node).name);
  // model.train() switches a module to training, whatever the file's own train() does.
  return name === 'train' ? undefined : name;
}
