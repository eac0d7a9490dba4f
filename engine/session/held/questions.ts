// What a question about a run asks of each step on its way. Knows no run and no port.
import type { ExcessInfo, HeldInquiryRequests, Subject } from '../../protocol';
import type { Handlers } from '../../rpc';
import { heldParameters } from '../../history/change-log';
import { rowMarks, rowSides } from '../../history/row-marks';
import type { Parameter } from '../../nn/parameter';
import { Tensor } from '../../tensor/tensor';
import {
  gradientExcess,
  lastChange,
  lossExcess,
  parameterExcess,
  variableExcess,
  type Excess,
} from '../../trace/changes';
import { compile, evaluate } from './evaluate';
import { namesAt } from './place';
import type { HeldStep } from './step';
import { frameAt } from './variables';

export const questionRequests = (held: HeldStep): Handlers<HeldInquiryRequests> => ({
  subject: ({ name, frame = 0 }) => subjectOf(held, name.trim(), frame),
  changeOf: ({ name, here }) => {
    const atEnd = held.position === held.moments.length - 1;
    const before = here && !atEnd ? held.seen : undefined;
    const found = lastChange(held.trace, parameterOf(held, name), before);
    if (found === undefined) return null;
    const { range, ...rest } = found;
    return { ...rest, ...(range && { place: range }) };
  },
  excessOf: ({ subject, limit }) => excessOf(held, subject, limit),
  rowMarks: ({ start, count }) => rowMarks(held.graph, start, count),
  rowSides: ({ row }) => rowSides(held.graph, row),
});

/** What a name, or an expression at the cursor, stands for. */
function subjectOf(held: HeldStep, text: string, frame: number): Subject {
  const { paths } = held.trace;
  if (text === '*') return { of: 'anyParameter', name: '*', parameter: -1 };
  const bare = text.replace(/\.grad$/, '');
  const named: Tensor | undefined = paths.parameters.find(([path]) => path === bare)?.[1];
  const known = named ?? valueOf(held, bare, frame);
  const name = known && paths.parameter(known);
  if (known && name !== undefined) {
    const place = held.trace.birthOf(known);
    const parameter = heldParameters().indexOf(known);
    const of = bare === text ? 'parameter' : 'gradient';
    return { of, name, parameter, ...(place && { place }) };
  }
  if (/^[A-Za-z_$][\w$]*$/.test(text))
    return { of: text === 'loss' ? 'loss' : 'variable', name: text, parameter: -1 };
  throw new Error(
    `'${text}' is no parameter, no gradient of one, and no variable; parameters are called as in ` +
      `${paths.parameters[0]?.[0] ?? 'fc1.weight'}, gradients as in ${paths.parameters[0]?.[0] ?? 'fc1.weight'}.grad`,
  );
}

/** A tensor that an expression gives; undefined when it gives none, or cannot be evaluated here. */
function valueOf(held: HeldStep, text: string, number: number): Tensor | undefined {
  try {
    const at = frameAt(held, number);
    const site = { frame: at.frame, event: at.held.seen, extra: namesAt(held, held.moment) };
    return evaluate(at.held, compile(text), site, (value) =>
      value instanceof Tensor ? value : undefined,
    );
  } catch {
    return undefined;
  }
}

function parameterOf({ trace }: HeldStep, name: string): Parameter {
  const found = trace.paths.parameters.find(([path]) => path === name)?.[1];
  if (found === undefined) throw new Error(`step ${trace.step} uses no parameter '${name}'`);
  return found;
}

function excessOf(held: HeldStep, subject: Subject, limit: number): ExcessInfo | null {
  const { trace, graph } = held;
  const { of, name } = subject;
  const told = (what: string, found: Excess | undefined): ExcessInfo | null => {
    if (found === undefined) return null;
    const { row, value, range } = found;
    return { what, row, value, ...(range && { place: range }) };
  };
  switch (of) {
    case 'loss':
      return told('the loss', lossExcess(graph, limit));
    case 'gradient': {
      const found = gradientExcess(trace, parameterOf(held, name), limit);
      return told(`the norm of the gradient of ${name}`, found);
    }
    case 'parameter':
      return told(`the norm of ${name}`, parameterExcess(trace, parameterOf(held, name), limit));
    case 'variable':
      return told(`the norm of '${name}'`, variableExcess(trace, name, limit));
    case 'anyParameter': {
      const all = trace.paths.parameters.flatMap(([path, parameter]) => {
        const found = parameterExcess(trace, parameter, limit);
        return found ? [{ path, found }] : [];
      });
      const [first] = all.sort((a, b) => a.found.row - b.found.row);
      return first ? told(`the norm of ${first.path}`, first.found) : null;
    }
  }
}
