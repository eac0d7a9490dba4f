// The command line: `retrograd <verb> FILE`. Knows no editor.
import { commands } from './cli/commands';
import { MissingError, parseArguments, UsageError } from './cli/arguments';
import { enableRevectorizer } from './kernels/revectorizer';

async function main(words: readonly string[]): Promise<number> {
  const [verb, ...rest] = words;
  const command = verb === undefined ? undefined : commands[verb];
  if (verb === '--version') {
    process.stdout.write(`${RETROGRAD_VERSION}\n`);
    return 0;
  }
  if (command === undefined) {
    const known = Object.entries(commands).map(
      ([name, { usage, about }]) => `  retrograd ${name} ${usage}\n      ${about}`,
    );
    const text = `usage: retrograd <verb> [--help]\n${known.join('\n')}\n`;
    if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') {
      process.stdout.write(text);
      return 0;
    }
    process.stderr.write(`retrograd: unknown command '${verb}'\n${text}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`usage: retrograd ${verb} ${command.usage}\n    ${command.about}\n`);
    return 0;
  }
  try {
    return await command.run(parseArguments(rest, command.options));
  } catch (error) {
    if (error instanceof MissingError) {
      process.stderr.write(`retrograd ${verb}: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(
      `retrograd ${verb}: ${error.message}\nusage: retrograd ${verb} ${command.usage}\n`,
    );
    return 2;
  }
}

// Whoever reads the output may stop reading: `retrograd ops | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

enableRevectorizer();
main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(
      `retrograd: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);

/** Set by the build. */
declare const RETROGRAD_VERSION: string;
