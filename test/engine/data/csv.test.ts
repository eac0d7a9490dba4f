// CSV files: quoting, columns to numbers and classes, and errors that name file, line and column.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { data } from 'retrograd';

describe('csv', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'csv-'))));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (content: string): string => {
    const path = join(folder, 'table.csv');
    writeFileSync(path, content);
    return path;
  };

  it('reads numbers and classes', () => {
    const table = data.csv(file('length,width,kind\n1,2.5,b\n3,4,a\r\n'));
    assert.deepEqual(table.columns, ['length', 'width', 'kind']);
    const { x, y } = table.dataset(['length', 'width'], 'kind').all();
    assert.deepEqual(
      [x.toArray(), y.toArray()],
      [
        [
          [1, 2.5],
          [3, 4],
        ],
        [1, 0],
      ],
    );
    assert.deepEqual(table.classes('kind').symbols, ['a', 'b']);
    const { y: width } = table.dataset(['length'], 'width').all();
    assert.deepEqual(width.toArray(), [[2.5], [4]]);
  });

  it('reads quoted fields, other delimiters, a byte order mark, and tables without a header', () => {
    const table = data.csv(file('\uFEFF"a;b";"say ""hi"""\n"two\nlines";2\n'), {
      header: false,
      delimiter: ';',
    });
    assert.deepEqual(table.rows, [
      ['a;b', 'say "hi"'],
      ['two\nlines', '2'],
    ]);
  });

  it('takes a URL, such as one made from import.meta.url', () => {
    assert.equal(data.csv(pathToFileURL(file('a\n1\n'))).length, 1);
  });

  it('names the path, as given and as looked for, when there is no such file', () => {
    assert.throws(() => data.csv('missing.csv'), {
      name: 'EngineError',
      kind: 'data',
      message: `'missing.csv' (that is '${join(process.cwd(), 'missing.csv')}'): no such file`,
    });
    assert.throws(() => data.csv(folder), /is a folder, not a file/);
    if (process.platform !== 'win32') {
      assert.throws(() => data.csv('/dev/zero'), /'\/dev\/zero': is not a regular file/);
    }
  });

  it('names line and column of what does not fit', () => {
    const table = data.csv(file('a,b\n1,2\n\n3,four\n'));
    assert.throws(
      () => table.numbers('b'),
      /table\.csv, line 4, column 'b': "four" is not a number/,
    );
    assert.throws(() => table.numbers('c'), /has no column 'c' \(it has a, b\)/);
    assert.throws(
      () => data.csv(file('a,b\n1\n')),
      /line 2: has 1 fields, but there are 2 columns/,
    );
    assert.throws(() => data.csv(file('a\n"1\n')), /line 2: a quote is never closed/);
    assert.throws(() => data.csv(file('a\n"1"x\n')), /line 2: text after a closing quote/);
    assert.throws(() => data.csv(file('')), /the file is empty/);
  });
});
