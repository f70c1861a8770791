/** A promise of the platform that the test settles. */
export interface Gate<T = undefined> {
  promise: Promise<T>;
  open(value?: T): void;
  fail(error: unknown): void;
}

/** A foreign promise under the test's control. */
export function gate<T = undefined>(): Gate<T> {
  let open!: (value?: T) => void;
  let fail!: (error: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve as (value?: T) => void;
    fail = reject;
  });
  return { promise, open, fail };
}

/** A promise that the host resolves in a separate turn. */
export function foreignTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
