// The published list of ops, for people and programs that want to know what there is. Knows no tensor.
import type { DType } from '../tensor/dtype';
import { facts } from './catalogue-facts';
import type { OpName } from './table';

/** What the published list says of one op. */
export interface PublishedOp {
  readonly name: OpName;
  /** The page of PyTorch's documentation that describes it. */
  readonly torch: string;
  /** What a model file may call it as: a method of tensors, a function of F, or one of 'retrograd' itself. */
  readonly callable: readonly Callable[];
  /** What must be given, in order; as a method, the tensor itself takes the place of the first. */
  readonly parameters: readonly string[];
  /** Names in the options object that may follow them; empty when there is none. */
  readonly options: readonly string[];
  /** Dtypes that its floating point arguments, or else its result, may have. */
  readonly dtypes: readonly DType[];
  /** Whether backward flows through it. */
  readonly gradient: boolean;
}

export type Callable = 'Tensor' | 'F' | 'retrograd';

/** All ops by name, in alphabetical order. */
export function catalogue(): readonly PublishedOp[] {
  return Object.entries(facts).map(
    ([name, { torch, callable, parameters, options, dtypes, gradient }]) => ({
      name: name as OpName,
      torch,
      callable: words(callable) as Callable[],
      parameters: words(parameters),
      options: words(options),
      dtypes: words(dtypes) as DType[],
      gradient,
    }),
  );
}

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
