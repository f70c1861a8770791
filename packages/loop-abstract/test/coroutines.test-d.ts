import type {
  AbstractEventLoop,
  AbstractFuture,
  AbstractTask,
  Awaitable,
  AwaitableArgument,
  Coroutine,
  CoroutineFunction,
  ResultOf,
} from '@bight/loop-abstract';
import { expectTypeOf } from 'expect-type';

declare const loop: AbstractEventLoop;
declare const number: AbstractFuture<number>;
declare const text: AbstractTask<string>;

// Results of futures are typed, however one waits.
export async function awaiting(): Promise<void> {
  expectTypeOf(await number).toEqualTypeOf<number>();
  expectTypeOf(await Promise.all([number, text])).toEqualTypeOf<[number, string]>();
  expectTypeOf(await number.then((n) => [n])).toEqualTypeOf<number[]>();
  expectTypeOf(await number.catch(() => 'failed' as const)).toEqualTypeOf<number | 'failed'>();
}

export function* delegating(): Coroutine<string> {
  const n = yield* number;
  expectTypeOf(n).toEqualTypeOf<number>();
  const isNested = yield* inner();
  expectTypeOf(isNested).toEqualTypeOf<boolean>();
  yield null;
  return yield* text;
}

function* inner(): Coroutine<boolean> {
  return (yield* number) > 1;
}

// Every kind of coroutine function has its result inferred.
expectTypeOf(loop.createTask(async () => 5)).toEqualTypeOf<AbstractTask<number>>();
expectTypeOf(loop.createTask(() => number)).toEqualTypeOf<AbstractTask<number>>();
expectTypeOf(loop.createTask(delegating)).toEqualTypeOf<AbstractTask<string>>();
expectTypeOf(
  loop.createTask(function* () {
    const n = yield* number;
    return `${n}`;
  }),
).toEqualTypeOf<AbstractTask<string>>();
expectTypeOf(loop.createTask(async () => {})).toEqualTypeOf<AbstractTask<void>>();
expectTypeOf(loop.runUntilComplete(delegating)).toEqualTypeOf<Promise<string>>();
expectTypeOf(loop.runUntilComplete(text)).toEqualTypeOf<Promise<string>>();
expectTypeOf(loop.runUntilComplete(Promise.resolve(5))).toEqualTypeOf<Promise<number>>();

// A promise or a generator that runs already is no coroutine, and neither is a function that takes arguments.
// @ts-expect-error a promise
loop.createTask(Promise.resolve(5));
// @ts-expect-error a generator object
loop.createTask(delegating());
// @ts-expect-error a future
loop.createTask(number);
// @ts-expect-error a function that needs an argument
loop.createTask(async (n: number) => n);
// @ts-expect-error a function that returns no promise
loop.createTask(() => 5);
// @ts-expect-error a generator that waits for numbers
loop.createTask(function* () {
  yield 5;
});

expectTypeOf<ResultOf<() => Promise<number>>>().toEqualTypeOf<number>();
expectTypeOf<ResultOf<typeof delegating>>().toEqualTypeOf<string>();
expectTypeOf<ResultOf<typeof text>>().toEqualTypeOf<string>();
expectTypeOf<ResultOf<Promise<number>>>().toEqualTypeOf<number>();
expectTypeOf<ResultOf<AwaitableArgument<number>>>().toEqualTypeOf<number>();

// A specific type is assignable to a general one.
expectTypeOf(number).toExtend<AbstractFuture>();
expectTypeOf(text).toExtend<AbstractTask>();
expectTypeOf(text).toExtend<Awaitable>();
expectTypeOf(text).toExtend<PromiseLike<string>>();
expectTypeOf(delegating).toExtend<CoroutineFunction>();

// Callbacks get the future that they were added to.
number.addDoneCallback((future) => expectTypeOf(future.result()).toEqualTypeOf<number>());
text.addDoneCallback((task) => expectTypeOf(task.getName()).toEqualTypeOf<string>());
number.setResult(5);
// @ts-expect-error the result is a number
number.setResult('five');

// A task factory is generic, and may give plain futures.
loop.setTaskFactory((itsLoop, coro, { name, context }) => {
  expectTypeOf(name).toEqualTypeOf<string | null | undefined>();
  return context ? itsLoop.createFuture() : itsLoop.createTask(coro);
});
loop.setTaskFactory(null);
