import type { Operation } from './operation.js';

/**
 * Whether a history could be that of a single copy: whether each operation can be given a moment between its call and
 * its return, so that one after the other explains all results. This is the search of Wing and Gong, for each key on
 * its own, which remembers where it was before (Lowe).
 *
 * @returns the key whose operations cannot be put in order, or `null`
 */
export function findAnomaly(history: readonly Operation[]): string | null {
  for (const key of new Set(history.map((operation) => operation.key))) {
    const operations = history
      // A read that did not return has seen nothing.
      .filter((one) => one.key === key && (one.kind !== 'get' || one.returned < Number.POSITIVE_INFINITY))
      .sort((one, other) => one.invoked - other.invoked);
    if (!canBeOrdered(operations)) return key;
  }
  return null;
}

/** A point of the search: what is done, and where it goes on. */
interface Step {
  readonly value: string | null;
  /** The operation that was done here. */
  readonly done: number;
  next: number;
}

function canBeOrdered(operations: readonly Operation[]): boolean {
  const isDone = new Uint8Array(operations.length);
  const seen = new Set<string>();
  const path: Step[] = [{ value: null, done: -1, next: 0 }];
  // Everything before is done: histories are long, and what overlaps is not.
  const firstOpen = () => {
    const index = isDone.indexOf(0);
    return index === -1 ? operations.length : index;
  };
  for (;;) {
    const step = path.at(-1);
    if (step === undefined) return false;
    const first = firstOpen();
    const limit = earliestReturn(operations, isDone, first);
    // Those whose outcome is unknown may never have happened.
    if (limit === Number.POSITIVE_INFINITY) return true;
    let found = -1;
    for (let i = Math.max(step.next, first); i < operations.length && found === -1; i++) {
      const operation = operations[i] as Operation;
      if (operation.invoked > limit) break;
      if (isDone[i] === 0 && explains(operation, step.value)) found = i;
    }
    if (found === -1) {
      path.pop();
      if (step.done !== -1) isDone[step.done] = 0;
      continue;
    }
    step.next = found + 1;
    isDone[found] = 1;
    const value = after(operations[found] as Operation, step.value);
    const begin = firstOpen();
    const state = `${begin} ${isDone.subarray(begin, isDone.lastIndexOf(1) + 1).join('')} ${value}`;
    if (seen.has(state)) isDone[found] = 0;
    else {
      seen.add(state);
      path.push({ value, done: found, next: 0 });
    }
  }
}

/** When the first of the operations returned that are not done: the next one was called before. */
function earliestReturn(operations: readonly Operation[], isDone: Uint8Array, first: number): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = first; i < operations.length; i++) {
    const { invoked, returned } = operations[i] as Operation;
    if (invoked > earliest) break;
    if (isDone[i] === 0) earliest = Math.min(earliest, returned);
  }
  return earliest;
}

function after({ kind, argument }: Operation, value: string | null): string | null {
  if (kind === 'get') return value;
  return kind === 'append' ? (value ?? '') + argument : argument;
}

function explains(operation: Operation, value: string | null): boolean {
  return operation.returned === Number.POSITIVE_INFINITY || operation.result === after(operation, value);
}
