import type { Operation } from './operation.js';

/**
 * Checks whether a history is linearizable: whether each operation has a moment between its call and its return such
 * that the operations in this order explain all results. This is the search of Wing and Gong, for each key separately,
 * with a memory of visited states (Lowe).
 *
 * @returns the key whose operations cannot be put in order, or `null`
 */
export function findAnomaly(history: readonly Operation[]): string | null {
  for (const key of new Set(history.map((operation) => operation.key))) {
    const operations = history
      // A read that did not return has no result to explain.
      .filter((one) => one.key === key && (one.kind !== 'get' || one.returned < Number.POSITIVE_INFINITY))
      .sort((one, other) => one.invoked - other.invoked);
    if (!canBeOrdered(operations)) return key;
  }
  return null;
}

/** A state of the search. */
interface Step {
  readonly value: string | null;
  /** The operation that leads to it. */
  readonly done: number;
  next: number;
}

function canBeOrdered(operations: readonly Operation[]): boolean {
  const isDone = new Uint8Array(operations.length);
  const seen = new Set<string>();
  const path: Step[] = [{ value: null, done: -1, next: 0 }];
  // All operations before this one are done: histories are long, but few operations overlap.
  const firstOpen = () => {
    const index = isDone.indexOf(0);
    return index === -1 ? operations.length : index;
  };
  for (;;) {
    const step = path.at(-1);
    if (step === undefined) return false;
    const first = firstOpen();
    const limit = earliestReturn(operations, isDone, first);
    // Operations with an unknown outcome may never have happened.
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

/** The earliest return of an operation that is not done: the next operation was called before it. */
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
