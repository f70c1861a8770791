/**
 * Refuses the options that a function does not know: a misspelt one would be ignored.
 *
 * @throws {TypeError} naming the unknown option, and those that there are
 */
export function refuseUnknownOptions(given: object, known: readonly string[]): void {
  for (const name in given) {
    if (known.includes(name)) continue;
    const hint = known.length === 1 ? `did you mean "${known[0]}"?` : `the options are ${known.join(', ')}`;
    throw new TypeError(`unknown option ${JSON.stringify(name)}: ${hint}`);
  }
}
