/** What a function returns, or `undefined` where it throws: an inspection must not break the program. @internal */
export function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
