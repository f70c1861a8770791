/** Calls a function. @returns what was written to the error output meanwhile, through the console or directly */
export async function captureErrorOutput(call: () => unknown): Promise<string> {
  const { error, warn } = console;
  const { write } = process.stderr;
  let written = '';
  const take = (...parts: unknown[]) => {
    written += `${parts.map(inWords).join(' ')}\n`;
    return true;
  };
  Object.assign(console, { error: take, warn: take });
  process.stderr.write = take as typeof write;
  try {
    await call();
  } finally {
    Object.assign(console, { error, warn });
    process.stderr.write = write;
  }
  return written;
}

function inWords(part: unknown): string {
  if (part instanceof Error) return part.stack ?? String(part);
  if (typeof part !== 'object' || part === null) return String(part);
  return Object.values(part).map(inWords).join(' ');
}
