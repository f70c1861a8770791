import { CancelledError } from '@bight/loop-abstract';
import { Future, wrapFuture } from '@bight/loop-core';

/** An error of the program's own. */
export class Failure extends Error {
  constructor(readonly id: number) {
    super(`failure ${id}`);
  }
}

/** A wait of a program. */
export type Wait =
  | { kind: 'own'; value: Future<unknown> }
  | { kind: 'mixed' | 'foreign' | 'block'; value: PromiseLike<unknown> };
/** A function of a program. */
export type Code = Generator<Wait, void, unknown>;

/** For what takes coroutine functions as they are. */
export const same = <T>(coro: T): T => coro;

/** Runs a function of a program as an async function. */
export async function asAsync(code: Code): Promise<void> {
  let step = code.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = await step.value.value;
    } catch (error) {
      step = code.throw(error);
      continue;
    }
    step = code.next(value);
  }
}

/** Runs a function of a program as a generator function. */
export function* asGenerator(code: Code): Generator<unknown, void, unknown> {
  let step = code.next();
  while (!step.done) {
    const { value: awaited } = step.value;
    let value: unknown;
    try {
      value = yield* awaited instanceof Future ? awaited : wrapFuture(awaited);
    } catch (error) {
      step = code.throw(error);
      continue;
    }
    step = code.next(value);
  }
}

/** Awaits several waits at once. */
export function combine(
  how: 'race' | 'any' | 'all' | 'allSettled',
  branches: PromiseLike<unknown>[],
): Promise<unknown> {
  for (const branch of branches) if (branch instanceof Promise) branch.catch(() => {});
  return (Promise[how] as (branches: PromiseLike<unknown>[]) => Promise<unknown>).call(Promise, branches);
}

/** Errors of the program in a helper that nothing awaits are expected; ours end no process by themselves. */
export async function onlyOurs(helper: Promise<void>): Promise<void> {
  try {
    await helper;
  } catch (error) {
    if (isOurs(error)) throw error;
  }
}

/** Whether an error is a cancel of ours, or one that foreign code has made of it. */
export function isOurs(error: unknown): boolean {
  if (error instanceof CancelledError) return true;
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isOurs);
  return error instanceof Error && error.name === 'AbortError' && error.cause instanceof CancelledError;
}

/** The errors of a program in what a group has thrown. */
export function failuresIn(error: unknown): Set<number> {
  if (error instanceof Failure) return new Set([error.id]);
  if (error instanceof AggregateError) return new Set(error.errors.flatMap((one) => [...failuresIn(one)]));
  return new Set();
}
