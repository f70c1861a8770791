/** What a function returns, or `undefined` where it throws: a look from outside breaks nothing. @internal */
export function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
