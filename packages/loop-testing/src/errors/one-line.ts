/** What was thrown, as its name and message. */
export function oneLine(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    // Anything can be thrown, also what has no text.
    return Object.prototype.toString.call(error);
  }
}
