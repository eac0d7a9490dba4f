// What one place of the text tells: its type with named sizes, how it comes about, how often. Knows no editor.
import type { Module } from '../nn/module';
import type { ShapeHint } from '../protocol';
import type { BuiltProgram } from '../source/load';
import type { SourceFile } from '../source/syntax';
import { hasShape, plain, written } from './describe';
import { derivation } from './derive';
import { parametersOf } from './layer-lines';
import { loopText } from './loop-text';
import type { Names } from './names';
import type { Observation, Observer, Seen } from './observer';
import { count } from './op-lines';
import { functionName } from './problems';
import { calleesOf, type Place } from './syntax';

/** What is told of a site, wherever in the text it is told: by its expression, and by a name for it. */
interface Told {
  readonly shape: string;
  readonly symbolic: string;
  /** Everything behind the type. */
  readonly more: string;
  readonly calls: number;
  /** A number and nothing else; worth a hint only where it has a name, or is a name. */
  readonly number: boolean;
}

/** Writes the hints of one report. */
export class Hints {
  private readonly told = new Map<number, Told | undefined>();
  private readonly callees = new Map<string, Map<string, string>>();

  constructor(
    private readonly built: BuiltProgram,
    private readonly observer: Observer,
    private readonly names: Names,
  ) {}

  /** The hint of a place; undefined when there is nothing to tell for sure. */
  of(source: SourceFile, { start, end, site, role, name }: Place): ShapeHint | undefined {
    let told = this.told.get(site);
    if (told === undefined && !this.told.has(site)) this.told.set(site, (told = this.tell(site)));
    if (told === undefined || (told.number && name === '')) return undefined;
    const { shape, symbolic, more, calls } = told;
    const text = `${name === '' ? '' : `${name}: `}${symbolic}${more}`;
    return { ...source.lines.range(start, end), name, role, shape, symbolic, text, calls };
  }

  private tell(site: number): Told | undefined {
    const { observer, names } = this;
    const observation = observer.observations.get(site);
    if (!observation) return undefined;
    const all = [...observation.seen.values()];
    const called = all.map((seen, index) => names.of(site, index, seen));
    // What depends on data that is not there is not told.
    const known = all.flatMap((seen, i) => (called[i] ? [{ seen, names: called[i] }] : []));
    if (known.length === 0) return undefined;
    const [first] = known;
    const isNumber = !hasShape(first.seen.described) && !first.seen.module;
    if (isNumber && known.some((one) => one.names.includes('?'))) return undefined;
    const named = known.some((one) => one.names.some((text) => /\p{L}/u.test(text)));
    const symbolic = listed(known.map((one) => written(one.seen.described, (at) => one.names[at])));
    const lines = [
      '',
      names.valuesIn(shownOf(known).flatMap((one) => one.names)),
      ...this.details(site, first.seen),
      this.occurrence(site, observation, first.seen, known.length),
    ];
    return {
      shape: listed(known.map((one) => plain(one.seen.described))),
      symbolic,
      more: lines.filter((line, i) => i === 0 || line !== '').join('\n'),
      calls: callsOf(observation),
      number: isNumber && first.seen.described.pattern === '#' && !named,
    };
  }

  /** How it comes about: of a call its ops, of a module its parameters, of a variable what made it. */
  private details(site: number, seen: Seen): string[] {
    const { module, madeAt } = seen;
    if (module) {
      const given = this.observer.outputs.get(module);
      const parameters = parametersOf(module);
      return [
        ...(parameters === '' ? [] : [parameters]),
        ...(given ? [`gives ${plain(given.described)}`] : []),
      ];
    }
    if (seen.rows.length > 0 || seen.by) return this.derivation(site, seen);
    const maker = this.observer.observations.get(madeAt);
    return maker ? this.derivation(madeAt, firstOf(maker.seen.values())) : [];
  }

  private derivation(site: number, { rows, by }: Seen): string[] {
    const given = (module: Module): string | undefined => {
      const output = this.observer.outputs.get(module);
      return output && plain(output.described);
    };
    return derivation({ rows, module: by, callee: this.calleeAt(site), given });
  }

  private calleeAt(site: number): string {
    const { lines, start, end } = this.built.sites.get(site);
    let callees = this.callees.get(lines.path);
    if (!callees)
      this.callees.set(lines.path, (callees = calleesOf(this.built.sources.get(lines.path)!)));
    return callees.get(`${start}:${end}`) ?? '';
  }

  private occurrence(
    site: number,
    observation: Observation,
    { needsGrad, module, described }: Seen,
    types: number,
  ): string {
    const where = functionName(this.built, this.observer, observation.frame);
    const calls = callsOf(observation);
    const turns = calls > 1 ? loopText(this.built, this.observer, site, calls) : '';
    const inside = where === '' ? '' : ` in ${where}`;
    const often =
      calls === 1 ? (where === '' ? '' : `once${inside}`) : `${count(calls)} times${inside}`;
    const tensor = hasShape(described) && !module && types === 1;
    return [often, turns, ...(tensor && needsGrad ? ['needs grad'] : [])]
      .filter((part) => part !== '')
      .join(' · ');
  }
}

function firstOf<T>(values: Iterable<T>): T {
  for (const value of values) return value;
  throw new Error('nothing was seen at a place that was seen');
}

const callsOf = ({ calls, repeated }: Observation): number =>
  calls === repeated ? calls : calls - repeated;

/** Those whose types are written out. */
const shownOf = <T>(known: readonly T[]): readonly T[] =>
  known.length <= 3 ? known : [known[0], known[known.length - 1]];

/** Up to three types, or the first and the last of many. */
function listed(types: readonly string[]): string {
  const different = [...new Set(types)];
  return different.length <= 3
    ? different.join(' | ')
    : `${different[0]} … ${different.at(-1)!} (${different.length} different)`;
}
