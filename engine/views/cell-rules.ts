// The rules of gated recurrent cells: states from gates, gates from what input and state send. Knows no trace.
import { added, type At, type Rule } from './rule';

/** Rules by the name of the op. */
export const cellRules: Readonly<Record<string, (at: At) => Rule>> = {
  lstmCell: (at) => {
    const [h, c, i, f, g, o] = [0, 1, 2, 3, 4, 5];
    if (at.output === h) {
      const write = ([gate, state]: readonly string[]): string => `${gate} · tanh(${state})`;
      return { text: 'h = o · tanh(c)', parts: [[at.made(o)], [at.made(c)]], write };
    }
    if (at.output !== c) return gate(at, at.output - 2, at.output === g);
    const parts = [
      [at.made(f), at.of(2, at.cell)],
      [at.made(i), at.made(g)],
    ];
    return { text: 'c = f · c(t−1) + i · g', parts, write: added };
  },
  gruCell: (at) => {
    const [h, r, z, n] = [0, 1, 2, 3];
    if (at.output === h)
      return {
        text: 'h = (1 − z) · n + z · h(t−1)',
        parts: [[at.made(z)], [at.made(n)], [at.of(2, at.cell)]],
        write: ([keep, offer, old]) => `(1 − ${keep}) · ${offer} + ${keep} · ${old}`,
      };
    if (at.output !== n) return gate(at, at.output - 1, false);
    const { drive } = driveOf(at, 2);
    return {
      text: 'n = tanh(x part + r · h part)',
      parts: [[at.of(0, drive)], [at.made(r), at.of(1, drive)]],
      write: (terms) => `tanh(${added(terms)})`,
    };
  },
};

/** Where a gate's sum stands among those of all gates. */
function driveOf({ row, cell }: At, number: number): { drive: number[] } {
  return { drive: [cell[0], number * row.inputs[2].shape[1] + cell[1]] };
}

/** σ, or tanh for what is offered, of what input and state send. */
function gate(at: At, number: number, offered: boolean): Rule {
  const { drive } = driveOf(at, number);
  const name = at.row.definition.outputNames![at.output];
  const squash = offered ? 'tanh' : 'σ';
  return {
    text: `${name} = ${squash}(x part + h part)`,
    parts: [[at.of(0, drive)], [at.of(1, drive)]],
    write: (terms) => `${squash}(${added(terms)})`,
  };
}
