/** Writes a line to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes to standard output, and waits while its reader is slower: long output is not kept in memory. */
export async function printPart(text: string): Promise<void> {
  const { stdout } = process;
  if (stdout.write(text) || stdout.destroyed) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      for (const event of ENDS) stdout.removeListener(event, end);
      resolve();
    };
    for (const event of ENDS) stdout.once(event, end);
  });
}

/** After these there is nothing to wait for; `error` is reported elsewhere. */
const ENDS = ['drain', 'close', 'error'] as const;
