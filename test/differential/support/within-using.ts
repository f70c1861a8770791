import type { Coroutine } from '@bight/loop-abstract';
import type { Timeout } from '@bight/loop-core';

/** Runs a body within a time limit as a block of an async function: not for generators, so in a file of its own. */
export async function withinUsing<T>(limit: Timeout, body: () => PromiseLike<T> | Coroutine<T>): Promise<T> {
  await using _ = limit;
  return await (body() as PromiseLike<T>);
}
