// Tables from CSV files (RFC 4180). Knows no tensor layout beyond a column.
import { ArgumentError, checkOptions, EngineError } from '../tensor/errors';
import { TensorDataset } from './dataset';
import { readDataFile } from './files';
import { Vocabulary } from './vocabulary';

export interface CsvOptions {
  /** Whether the first row names the columns; without names they are called '0', '1', … Default true. */
  header?: boolean;
  /** What stands between fields. Default ','. */
  delimiter?: string;
}

/** Rows of fields under named columns. */
export class Table {
  constructor(
    readonly columns: readonly string[],
    readonly rows: readonly (readonly string[])[],
    /** The file, as messages name it. */
    readonly source: string,
    /** The line of the file on which each row begins. */
    private readonly lines: readonly number[],
  ) {}

  /** How many rows there are. */
  get length(): number {
    return this.rows.length;
  }

  /** The fields of a column as they stand. */
  text(column: string): string[] {
    const at = this.place(column);
    return this.rows.map((row) => row[at]);
  }

  /** The numbers of a column; anything else in it is an error that names the line. */
  numbers(column: string): number[] {
    return this.text(column).map((field, row) => {
      const value = Number(field);
      if (field.trim() !== '' && !Number.isNaN(value)) return value;
      throw new EngineError(
        'data',
        `${this.source}, line ${this.lines[row]}, column '${column}': ${JSON.stringify(field)} is not a number`,
      );
    });
  }

  /** The different fields of a column, in alphabetical order: the classes that it names. */
  classes(column: string): Vocabulary {
    return Vocabulary.of(this.text(column));
  }

  /**
   * Samples of this table: x the numbers of the input columns, [inputs]; y the number of the target
   * column's class, [], where it holds words, else its number, [1].
   */
  dataset(inputs: readonly string[], target: string): TensorDataset {
    const columns = inputs.map((name) => this.numbers(name));
    const x = Float32Array.from({ length: this.length * columns.length }, (_, i) => {
      return columns[i % columns.length][Math.floor(i / columns.length)];
    });
    const words = this.text(target).some((field) => Number.isNaN(Number(field)));
    const y = words
      ? { values: Int32Array.from(this.classes(target).encode(this.text(target))), shape: [] }
      : { values: Float32Array.from(this.numbers(target)), shape: [1] };
    return new TensorDataset({ values: x, shape: [columns.length] }, y);
  }

  private place(column: string): number {
    const at = this.columns.indexOf(column);
    if (at >= 0) return at;
    throw new ArgumentError(
      `${this.source} has no column '${column}' (it has ${this.columns.join(', ')})`,
    );
  }
}

/** Reads a CSV file. A relative path starts at the folder of the model file. */
export function csv(path: string | URL, options: CsvOptions = {}): Table {
  checkOptions('csv', options, ['header', 'delimiter']);
  const { header = true, delimiter = ',' } = options;
  const source = String(path);
  const records = parse(readDataFile(path).toString('utf8'), delimiter, source);
  const [first] = records;
  if (first === undefined) throw new EngineError('data', `${source}: the file is empty`);
  const columns = header
    ? first.fields.map((name) => name.trim())
    : [...first.fields.keys()].map(String);
  const body = header ? records.slice(1) : records;
  for (const { line, fields } of body) {
    if (fields.length === columns.length) continue;
    throw new EngineError(
      'data',
      `${source}, line ${line}: has ${fields.length} fields, but there are ${columns.length} columns`,
    );
  }
  return new Table(
    columns,
    body.map(({ fields }) => fields),
    source,
    body.map(({ line }) => line),
  );
}

interface CsvRecord {
  line: number;
  fields: string[];
}

/** Fields may be quoted; then they may hold delimiters, line breaks, and quotes written twice. */
function parse(text: string, delimiter: string, source: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const record: CsvRecord = { line, fields: [] };
    for (let more = true; more;) {
      const quoted = text[at] === '"';
      const end = quoted ? closingQuote(text, at, line, source) : plainEnd(text, at, delimiter);
      const field = quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end);
      line += field.split('\n').length - 1;
      record.fields.push(field);
      at = quoted ? end + 1 : end;
      more = text.startsWith(delimiter, at);
      if (more) at += delimiter.length;
    }
    if (at < text.length && !/^\r?\n/.test(text.slice(at, at + 2))) {
      throw new EngineError('data', `${source}, line ${line}: text after a closing quote`);
    }
    at = text.indexOf('\n', at) + 1 || text.length;
    line++;
    const blank = record.fields.length === 1 && record.fields[0].trim() === '';
    if (!blank) records.push(record);
  }
  return records;
}

function closingQuote(text: string, from: number, line: number, source: string): number {
  let at = text.indexOf('"', from + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  if (at >= 0) return at;
  throw new EngineError('data', `${source}, line ${line}: a quote is never closed`);
}

function plainEnd(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== '\n' && !text.startsWith(delimiter, at)) at++;
  return text[at] === '\n' && at > from && text[at - 1] === '\r' ? at - 1 : at;
}
