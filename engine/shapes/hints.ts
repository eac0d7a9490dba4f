// What one place of the text tells: its type with named sizes, how it comes about, how often. Knows no editor.
import type { ShapeHint } from '../protocol';
import type { BuiltProgram } from '../source/load';
import type { SourceFile } from '../source/syntax';
import { hasShape, plain, written } from './describe';
import { count, derivation, parametersOf } from './derive';
import type { Names } from './names';
import type { Observation, Observer, Seen } from './observer';
import { functionName } from './problems';
import type { Place } from './syntax';

/** The hint of a place; undefined when there is nothing to tell for sure. */
export function hintOf(
  built: BuiltProgram,
  observer: Observer,
  names: Names,
  source: SourceFile,
  { start, end, site, role, name }: Place,
): ShapeHint | undefined {
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
  // A bare number is worth a hint only where it has a name, or is a name.
  if (isNumber && first.seen.described.pattern === '#' && !named && name === '') return undefined;
  const types = known.map((one) => written(one.seen.described, (at) => one.names[at]));
  const symbolic = listed(types);
  const range = source.lines.range(start, end);
  const lines = [
    `${name === '' ? '' : `${name}: `}${symbolic}${values(names, symbolic)}`,
    ...details(observer, first.seen),
    occurrence(built, observer, observation, first.seen, known.length),
  ];
  return {
    ...range,
    name,
    role,
    shape: listed(known.map((one) => plain(one.seen.described))),
    symbolic,
    text: lines.filter((line) => line !== '').join('\n'),
    calls: callsOf(observation),
  };
}

/** Up to three types, or the first and the last of many. */
function listed(types: readonly string[]): string {
  const different = [...new Set(types)];
  return different.length <= 3
    ? different.join(' | ')
    : `${different[0]} … ${different.at(-1)!} (${different.length} different)`;
}

/** `  (B = 32, T = 24)`: what the names stand for. */
function values(names: Names, text: string): string {
  const used = names.variables.filter(({ name }) =>
    new RegExp(`(?<![\\p{L}\\d_])${name.replace(/[$]/g, '\\$')}(?![\\p{L}\\d_])`, 'u').test(text),
  );
  return used.length === 0
    ? ''
    : `  (${used.map(({ name, value }) => `${name} = ${value}`).join(', ')})`;
}

/** How it comes about: of a call its ops, of a module its parameters, of a variable what made it. */
function details(observer: Observer, seen: Seen): string[] {
  if (seen.module) {
    const given = observer.outputs.get(seen.module);
    const parameters = parametersOf(seen.module);
    return [
      ...(parameters === undefined ? [] : [parameters]),
      ...(given ? [`gives ${plain(given.described)}`] : []),
    ];
  }
  if (seen.rows.length > 0) return derivation(seen.rows);
  const maker = observer.observations.get(seen.madeAt);
  return maker ? derivation([...maker.seen.values()][0].rows) : [];
}

const callsOf = ({ calls, repeated }: Observation): number =>
  calls === repeated ? calls : calls - repeated;

function occurrence(
  built: BuiltProgram,
  observer: Observer,
  observation: Observation,
  { needsGrad, module, described }: Seen,
  types: number,
): string {
  const where = functionName(built, observer, observation.frame);
  const calls = callsOf(observation);
  const inside = where === '' ? '' : ` in ${where}`;
  const often =
    calls === 1 ? (where === '' ? '' : `once${inside}`) : `${count(calls)} times${inside}`;
  const tensor = hasShape(described) && !module && types === 1;
  return [often, ...(tensor && needsGrad ? ['needs grad'] : [])]
    .filter((part) => part !== '')
    .join(' · ');
}
