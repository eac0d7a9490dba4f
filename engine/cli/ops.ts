// `retrograd ops`: the published list of ops. Knows no op.
import { catalogue } from '../ops/catalogue';
import { UsageError } from './arguments';
import type { Command } from './commands';

export const opsCommand: Command = {
  usage: '[--json]',
  about:
    'lists every op: its name, its name in PyTorch, its arguments, dtypes, whether it has a gradient',
  options: { json: { type: 'boolean' } },
  run({ file, values }) {
    if (file !== undefined) throw new UsageError(`unexpected '${file}'`);
    const ops = catalogue();
    if (values.json === true) {
      process.stdout.write(`${JSON.stringify(ops)}\n`);
      return Promise.resolve(0);
    }
    for (const { name, torch, parameters, options, gradient } of ops) {
      const list = options.length > 0 ? [...parameters, `{ ${options.join(', ')} }`] : parameters;
      process.stdout.write(
        `${name}(${list.join(', ')})  ${torch}${gradient ? '' : '  (no gradient)'}\n`,
      );
    }
    return Promise.resolve(0);
  },
};
