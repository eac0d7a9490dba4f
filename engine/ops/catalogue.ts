// The published list of ops, for people and programs that want to know what there is. Knows no tensor.
import type { DType } from '../tensor/dtype';
import { facts } from './catalogue-facts';
import type { OpName } from './table';

/** What the published list says of one op. */
export interface PublishedOp {
  readonly name: OpName;
  /** The page of PyTorch's documentation that describes it. */
  readonly torch: string;
  /** Positional parameters in order; as a method, the tensor itself takes the place of the first. */
  readonly parameters: readonly string[];
  /** How many of them must be given. */
  readonly required: number;
  /** Names in the options object that follows them; empty when there is none. */
  readonly options: readonly string[];
  /** Dtypes that its floating point arguments, or else its result, may have. */
  readonly dtypes: readonly DType[];
  /** Whether backward flows through it. */
  readonly gradient: boolean;
}

/** All ops by name, in alphabetical order. */
export function catalogue(): readonly PublishedOp[] {
  return Object.entries(facts).map(([name, [torch, parameters, options, dtypes, gradient]]) => {
    const names = parameters.split(' ').filter((parameter) => parameter !== '');
    return {
      name: name as OpName,
      torch,
      parameters: names.map((parameter) => parameter.replace('?', '')),
      required: names.filter((parameter) => !parameter.endsWith('?')).length,
      options: options.split(' ').filter((option) => option !== ''),
      dtypes: dtypes.split(' ') as DType[],
      gradient,
    };
  });
}
