/** One operation of a client on a key, as the client saw it. */
export interface Operation {
  readonly client: string;
  readonly key: string;
  readonly kind: 'put' | 'get';
  /** What was written, or what was read. */
  readonly value: string | null;
  readonly invoked: number;
  /** Infinity when the client never learned what became of it. */
  readonly returned: number;
}

/**
 * Whether a history could be that of a single copy: whether each operation can be given a moment between its call and
 * its return, so that every read finds what was written last. (The search of Wing and Gong, with memory, for each key
 * on its own.)
 *
 * @returns the key whose operations cannot be put in order, or `null`
 */
export function findAnomaly(history: readonly Operation[]): string | null {
  for (const key of new Set(history.map((operation) => operation.key))) {
    const operations = history
      // A read that did not return has seen nothing.
      .filter((one) => one.key === key && (one.kind === 'put' || one.returned < Number.POSITIVE_INFINITY))
      .sort((one, other) => one.invoked - other.invoked);
    if (!canBeOrdered(operations)) return key;
  }
  return null;
}

function canBeOrdered(operations: readonly Operation[]): boolean {
  const seen = new Set<string>();
  const search = (done: bigint, value: string | null): boolean => {
    const state = `${done} ${value}`;
    if (seen.has(state)) return false;
    seen.add(state);
    let earliestReturn = Number.POSITIVE_INFINITY;
    for (const [i, { returned }] of operations.entries()) {
      if ((done & (1n << BigInt(i))) === 0n) earliestReturn = Math.min(earliestReturn, returned);
    }
    // Those whose outcome is unknown may never have happened.
    if (earliestReturn === Number.POSITIVE_INFINITY) return true;
    for (const [i, one] of operations.entries()) {
      if (one.invoked > earliestReturn) break;
      const bit = 1n << BigInt(i);
      if ((done & bit) !== 0n || (one.kind === 'get' && one.value !== value)) continue;
      if (search(done | bit, one.kind === 'put' ? one.value : value)) return true;
    }
    return false;
  };
  return search(0n, null);
}
