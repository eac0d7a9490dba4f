// The entry of the editor's tests, inside the extension host: runs mocha over one suite. Knows no test.
import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Called by VS Code; a rejection is a failed run. */
export async function run(): Promise<void> {
  const suite = process.env.RETROGRAD_SUITE ?? 'all';
  // A workbench that was still busy with itself gets another chance, which is told; a fault of ours shows again.
  const mocha = new Mocha({ ui: 'bdd', timeout: 90_000, slow: 20_000, color: true, retries: 1 });
  if (process.env.RETROGRAD_GREP) mocha.grep(process.env.RETROGRAD_GREP);
  const folder = suite === 'all' ? __dirname : join(__dirname, suite);
  for (const file of readdirSync(folder).toSorted()) {
    if (file.endsWith('.test.cjs')) mocha.addFile(join(folder, file));
  }
  console.log('retrograd-tests-begin');
  const failures = await new Promise<number>((resolve) =>
    mocha.run(resolve).on('retry', ({ title }: Mocha.Test, { message }: Error) => {
      console.log(`  repeated: ${title}\n    ${message}`);
    }),
  );
  console.log('retrograd-tests-end');
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
