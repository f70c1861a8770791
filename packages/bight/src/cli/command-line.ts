import { refuseUsage, type Subcommand } from './subcommand.js';

/** Where a command line writes. */
export interface Output {
  write(text: string): unknown;
}

/**
 * Runs `bight` with some arguments.
 *
 * @param args - what follows the name of the program
 * @param errors - where errors are written; standard output has results only
 * @returns the exit status: 0; 1 for a failure; 2 for wrong usage
 */
export async function runCommandLine(
  args: readonly string[],
  subcommands: readonly Subcommand[],
  errors: Output = process.stderr,
): Promise<number> {
  const { cac } = await import('cac');
  const cli = cac('bight');
  cli.help();
  let run: (() => Promise<number>) | null = null;
  for (const subcommand of subcommands) {
    const command = cli.command(subcommand.usage, subcommand.summary);
    for (const { flags, description, default: value } of subcommand.options) {
      command.option(flags, description, value === undefined ? {} : { default: value });
    }
    command.action((...given: unknown[]) => {
      const options = given.pop() as Record<string, unknown>;
      run = () => subcommand.run(given as (string | string[])[], options);
    });
  }
  try {
    cli.parse(['node', 'bight', ...args], { run: false });
    if (cli.options.help === true) return 0;
    const [name] = args;
    if (cli.matchedCommand === undefined) {
      const names = subcommands.map(({ usage }) => usage.split(' ')[0]).join(', ');
      await refuseUsage(
        name === undefined || name.startsWith('-')
          ? `a subcommand is missing: one of ${names}`
          : `unknown subcommand ${name}: there are ${names}`,
      );
    }
    await cli.runMatchedCommand();
    return await (run as (() => Promise<number>) | null)!();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
    const isUsage = name === 'UsageError' || name === 'CACError';
    errors.write(`bight: ${message}\n${isUsage ? "Try 'bight --help'.\n" : ''}`);
    return isUsage ? 2 : 1;
  }
}
