import type {
  AbstractEventLoop,
  AbstractFuture,
  Executor,
  ExecutorFuture,
  TaskReference,
} from '@bight/loop-abstract';
import { expectTypeOf } from 'expect-type';

declare const loop: AbstractEventLoop;
declare const executor: Executor;
declare const square: TaskReference<[number], Promise<number>>;

expectTypeOf(executor.submit((n: number) => n > 1, [1])).toEqualTypeOf<ExecutorFuture<boolean>>();
expectTypeOf(executor.submit(async () => 'x')).toEqualTypeOf<ExecutorFuture<string>>();
expectTypeOf(executor.submit(square, [3])).toEqualTypeOf<ExecutorFuture<number>>();
expectTypeOf(executor.map(square, [1, 2])).toEqualTypeOf<AsyncIterableIterator<number>>();
expectTypeOf(loop.runInExecutor(null, (n: number) => [n], [1])).toEqualTypeOf<AbstractFuture<number[]>>();
expectTypeOf(loop.runInExecutor(executor, square, [3])).toEqualTypeOf<AbstractFuture<number>>();
// @ts-expect-error the argument is a number
executor.submit(square, ['3']);
// @ts-expect-error the argument is a number
loop.runInExecutor(null, (n: number) => n, ['3']);

expectTypeOf(executor.submit(square, [3]).result()).toEqualTypeOf<number>();
