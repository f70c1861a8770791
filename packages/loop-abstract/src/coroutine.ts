import type { AbstractFuture } from './future.js';

/**
 * What a coroutine can wait for with `await` (async functions) or `yield*` (generator functions): a future, a task.
 *
 * Python's coroutine objects, which are awaitable too, are functions in JavaScript: see `AwaitableArgument`.
 *
 * @typeParam T - what the wait results in
 * @python collections.abc.Awaitable
 */
export type Awaitable<T = unknown> = AbstractFuture<T>;

/**
 * A generator that a task drives. It waits with `const value = yield* future`, whose type is that of the result; a bare
 * `yield null` lets the loop turn once.
 *
 * The loop steps it synchronously: it is the fastest kind of coroutine, and its order is CPython's without exception.
 *
 * @typeParam T - what the generator returns
 * @python types.coroutine()
 */
export type Coroutine<T = unknown> = Generator<Awaitable | null | undefined, T, unknown>;

/**
 * A coroutine argument: an async function, a function that returns a future, or a generator function.
 *
 * It is a function and not a promise because a promise runs already when it is passed on: it could neither be started
 * by the loop nor in a task's context. Python's coroutine objects start when they are awaited or made into a task.
 *
 * @typeParam T - what it results in
 * @python collections.abc.Coroutine
 */
export type CoroutineFunction<T = unknown> = () => PromiseLike<T> | Coroutine<T>;

/**
 * What is accepted wherever the reference says "awaitable": a future or task, or a coroutine function, of which a
 * task is made.
 *
 * @typeParam T - what it results in
 */
export type AwaitableArgument<T = unknown> = Awaitable<T> | CoroutineFunction<T>;

/**
 * What waiting for `A` results in, for `A` a future, a task, a promise or a coroutine function.
 *
 * @typeParam A - the type of the awaitable
 */
export type ResultOf<A> = A extends () => infer R
  ? R extends Generator<unknown, infer T, unknown>
    ? T
    : Awaited<R>
  : Awaited<A>;
