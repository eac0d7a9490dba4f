// Reads the lines that the published list of ops is kept in. Knows no op.

/** What is published of one op, words separated by blanks. */
export interface Facts {
  /** The page of PyTorch's documentation. */
  readonly torch: string;
  /** Where a model file finds it. */
  readonly callable: string;
  readonly parameters: string;
  readonly options: string;
  readonly dtypes: string;
  readonly gradient: boolean;
}

/** `name | torch | callable | parameters | options | dtypes | gradient`, an op in each line. */
export function readFacts(lines: string): Readonly<Record<string, Facts>> {
  const rows = lines
    .trim()
    .split('\n')
    .map((line) => {
      const [name, torch, callable, parameters, options, dtypes, gradient] = line
        .split('|')
        .map((part) => part.trim());
      return [name, { torch, callable, parameters, options, dtypes, gradient: gradient !== '' }];
    });
  return Object.fromEntries(rows) as Record<string, Facts>;
}
