// Runs an expression of the user's at a place of a step, with everything as it was there. Knows no request.
import { Script } from 'node:vm';
import * as retrograd from '../../index';
import { Module } from '../../nn/module';
import { run } from '../../run';
import { Edits } from '../../source/edits';
import { erase } from '../../source/erase';
import { isCall } from '../../source/expressions';
import { isFunction, parse, walkTree, type Node } from '../../source/syntax';
import { noGrad, tape } from '../../tape/tape';
import { EngineError } from '../../tensor/errors';
import { generator } from '../../tensor/random';
import { Tensor } from '../../tensor/tensor';
import { aside } from '../../trace/aside';
import { localsAt, type VisibleFrame } from '../../trace/scopes';
import { Snapshot } from '../../trace/snapshot';
import type { Trace } from '../../trace/trace';
import { asOf } from './shift';
import { undone } from './undo';
import type { HeldStep } from './step';

/** An expression may take no longer, in milliseconds. */
const patience = 1000;

/** An expression that was checked once and can be run at many places. */
export interface Expression {
  readonly text: string;
  /** The words in it that may be names. */
  readonly words: readonly string[];
  /** It calls something, which may change what it likes. */
  readonly calls: boolean;
}

/** Checks an expression; types in it are ignored. Throws what is wrong with it. */
export function compile(source: string): Expression {
  if (source.trim() === '') throw new Error('the expression is empty');
  const whole = `(${source}\n)`;
  const file = parse('expression.ts', whole);
  if ((file.tree.body as unknown[]).length !== 1) throw new Error('this is not an expression');
  const { calls } = look(file.tree, source);
  const edits = new Edits(whole);
  erase(file, edits);
  const { text } = edits.apply();
  const words = new Set(text.match(/(?<![.\w$])[A-Za-z_$][\w$]*/g) ?? []);
  return { text, words: [...words], calls };
}

const changing = new Set(['AssignmentExpression', 'UpdateExpression']);

/** Refuses what is written to change something; what a call changes is undone. */
function look(tree: Node, source: string): { calls: boolean } {
  let calls = false;
  walkTree(tree, (node) => {
    calls ||= isCall(node);
    // Within a function of its own an expression may count as it likes.
    if (isFunction(node)) return false;
    const removes = node.type === 'UnaryExpression' && node.operator === 'delete';
    if (!removes && !changing.has(node.type)) return undefined;
    const { left, argument } = node as { left?: Node; argument?: Node };
    const { start, end } = (left ?? argument)!;
    // The source stands behind one bracket.
    const target = source.slice(start - 1, end - 1);
    throw new Error(
      `an expression only looks: it cannot ${removes ? 'delete' : 'change'} ${target}`,
    );
  });
  return { calls };
}

/** Where an expression runs. */
export interface Site {
  readonly frame: VisibleFrame;
  readonly event: number;
  /** Names beside those of the program, such as `$step`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/**
 * The value of an expression; `read` looks at it while everything still is as it was. Nothing of the
 * run changes: no gradient flows, nothing is recorded, and random numbers are not used up.
 */
export function evaluate<T>(
  held: HeldStep,
  { text, words, calls }: Expression,
  site: Site,
  read: (value: unknown) => T,
): T {
  const scope = bindings(held, site);
  const names = words.filter((word) => scope.has(word) && !reserved.has(word));
  const make = new Script(`(function(${names.join(',')}){'use strict';return ${text}})`, {
    filename: 'expression',
  });
  const call = make.runInThisContext() as (...values: unknown[]) => unknown;
  const values = names.map((name) => scope.get(name)!());
  const { self } = site.frame;
  const tensors = new Set([...values, self].flatMap(tensorsIn));
  return inPast(held, site.event, tensors, () =>
    undisturbed(() => {
      const run = (): T => read(limited(() => call.apply(self, values)));
      return calls ? undone([self, ...values], run) : run();
    }),
  );
}

/** With everything as it was before an event; in the inside of a row, as it was for the row, too. */
function inPast<T>(held: HeldStep, event: number, tensors: Set<Tensor>, body: () => T): T {
  const { outer, trace } = held;
  const here = (): T => asOf(trace, event, tensors, body);
  return outer ? inPast(outer, outer.seen, tensors, here) : here();
}

const reserved = new Set([
  'this',
  'true',
  'false',
  'null',
  'new',
  'typeof',
  'in',
  'of',
  'undefined',
]);

/** Names that can be seen from a frame, from the inside outwards, each with how to read it. */
function bindings({ trace, scopeOf }: HeldStep, site: Site): Map<string, () => unknown> {
  const found = new Map<string, () => unknown>();
  const offer = (name: string, read: () => unknown): void => {
    if (!found.has(name)) found.set(name, read);
  };
  for (const [name, value] of Object.entries(site.extra ?? {})) offer(name, () => value);
  for (const frame of lexicalChain(trace, site.frame))
    for (const [name, value] of localsAt(trace, frame)) offer(name, () => asItWas(value));
  for (const variables of scopeOf(site.frame.range?.file))
    variables.names?.forEach((name, i) => offer(name, () => variables.read(i)));
  for (const [name, value] of Object.entries(retrograd)) offer(name, () => value);
  return found;
}

/** A frame, and those in whose text its function stands. */
function lexicalChain(trace: Trace, inner: VisibleFrame): VisibleFrame[] {
  const { lexicalParent, entered } = trace.frames[inner.frame];
  if (lexicalParent < 0) return [inner];
  const until = entered < 0 ? inner.until : entered;
  return [inner, ...lexicalChain(trace, { ...inner, frame: lexicalParent, until, updates: -1 })];
}

/** A list or object with the entries that it had at its moment. */
function asItWas(value: unknown): unknown {
  if (!(value instanceof Snapshot)) return value;
  if (value.length > value.entries.length) return value.of;
  return Array.isArray(value.of)
    ? value.entries.map(([, item]) => item)
    : Object.fromEntries(value.entries);
}

/** Tensors whose gradient an expression can ask for. */
function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (value instanceof Module) return value.parameters();
  if (Array.isArray(value))
    return (value as unknown[])
      .filter((item) => item instanceof Tensor || item instanceof Module)
      .flatMap(tensorsIn);
  return [];
}

function undisturbed<T>(body: () => T): T {
  const { step, draw } = generator;
  const { logged, pictured } = run;
  const { beforeBackward, stepping, stepped, observe, failure } = tape;
  run.logged = run.pictured = undefined;
  try {
    return aside(() => {
      Object.assign(tape, {
        observe: undefined,
        stepping: undefined,
        stepped: undefined,
        interrupt: refuse,
      });
      return noGrad(body);
    });
  } finally {
    Object.assign(tape, { beforeBackward, stepping, stepped, observe, failure });
    Object.assign(run, { logged, pictured });
    generator.step = step;
    generator.draw = draw;
  }
}

/** Looking must not change what is looked at. */
function refuse(): void {
  if (tape.phase === 'forward') return;
  throw new EngineError(
    'error',
    `an expression cannot ${tape.phase === 'update' ? 'step an optimizer' : 'run backward()'}: it only looks`,
  );
}

const key = Symbol.for('retrograd.expression');
const caller = new Script(`globalThis[Symbol.for('retrograd.expression')]()`);

/** Runs what may never end, and ends it. */
function limited(body: () => unknown): unknown {
  const globals = globalThis as Record<symbol, unknown>;
  globals[key] = body;
  try {
    return caller.runInThisContext({ timeout: patience });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new Error(`the expression took longer than ${patience / 1000} s`, { cause: error });
    throw error;
  } finally {
    Reflect.deleteProperty(globals, key);
  }
}

/** Whether a condition holds: of a tensor, whether any element is not 0. */
export function isTrue(value: unknown): boolean {
  if (!(value instanceof Tensor)) return Boolean(value);
  return value.toTypedArray().some((element) => element !== 0);
}
