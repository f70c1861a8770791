/** An option of a subcommand, as its help shows it. */
export interface SubcommandOption {
  /** How it is written: `--json`, `--count <n>`. */
  readonly flags: string;
  /** What it does. */
  readonly description: string;
  /** What it is when it is left out. */
  readonly default?: unknown;
}

/** One of the things that `bight` can do on the command line. */
export interface Subcommand {
  /** Its name and its arguments: `ps <pid>`, `worker <queue> [...modules]`. */
  readonly usage: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** Its options. */
  readonly options: readonly SubcommandOption[];
  /**
   * Runs it.
   *
   * @param args - the arguments, those that `usage` has in `[...name]` as one array; then the options
   * @returns the exit status: 0, or 1 for a failure
   * @throws {UsageError} for arguments that are wrong: the exit status is 2
   */
  run(
    args: readonly (string | readonly string[] | undefined)[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<number>;
}

/**
 * Refuses invalid arguments: the command line prints why, and exits with 2.
 *
 * @throws {UsageError} always
 */
export async function refuseUsage(message: string): Promise<never> {
  const { UsageError } = await import('@bight/inspect/cli');
  throw new UsageError(message);
}
