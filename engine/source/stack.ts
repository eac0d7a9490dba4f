// Finds the user's places in a stack that V8 wrote. Knows no error.
import type { SourceFrame } from '../protocol';
import type { Edited } from './edits';
import { Lines } from './lines';
import { walkTree, type Node, type SourceFile } from './syntax';

const frame = /^\s+at (?:async )?(?:(.*?) \()?(?:file:\/\/)?([^()]+?):(\d+):(\d+)\)?$/;

/** A built file, as far as positions are concerned. */
export class Positions {
  private readonly generated: Lines;
  /** From where V8 says that a call is, to all of the call. */
  private calls: Map<number, Node> | undefined;

  constructor(
    private readonly file: SourceFile,
    private readonly edited: Edited,
    /** Characters in front of the first line's code. */
    private readonly shift: number,
  ) {
    this.generated = new Lines(file.path, edited.text);
  }

  /** The user's line of this number, without the blanks around it. */
  textOfLine(line: number): string {
    return this.file.text.split('\n')[line - 1].trim();
  }

  /** The user's range behind a 1-based line and column of the built code. */
  range(line: number, column: number) {
    const shifted = line === 1 ? column - this.shift : column;
    const { lines, text } = this.file;
    const found = this.edited.original(this.generated.offset(line, Math.max(shifted, 1)));
    // A hook at the beginning of a body stands for what comes after it, and the dot for what is read.
    const at = found + /^\s*(\??\.(?!\.))?/.exec(text.slice(found))![0].length;
    const call = (this.calls ??= callsOf(this.file.tree)).get(at);
    return call ? lines.range(call.start, call.end) : lines.range(at, lines.wordEnd(at));
  }
}

/**
 * V8 places a call at its method's name, and anything else at its beginning; a call of an imported
 * name, which is rewritten, anywhere in that name.
 */
function callsOf(tree: Node): Map<number, Node> {
  const calls = new Map<number, Node>();
  walkTree(tree, (node) => {
    if (node.type === 'NewExpression' || node.type === 'ThrowStatement')
      calls.set(node.start, node);
    if (node.type !== 'CallExpression') return;
    const callee = node.callee as Node;
    if (callee.type === 'MemberExpression') calls.set((callee.property as Node).start, node);
    else for (let at = callee.start; at <= callee.end; at++) calls.set(at, node);
  });
  return calls;
}

/** The frames of a stack that lie in the user's files, innermost first. */
export function userFrames(
  stack: string,
  positions: ReadonlyMap<string, Positions>,
): SourceFrame[] {
  return stack.split('\n').flatMap((text): SourceFrame[] => {
    const match = frame.exec(text);
    const found = match && positions.get(match[2]);
    if (!found) return [];
    const functionName = (match[1] ?? '').replace(/^Object\.|^Module\./, '');
    return [{ ...found.range(Number(match[3]), Number(match[4])), functionName }];
  });
}
