import type { Context } from '@bight/contextvars';
import type { AbstractEventLoop, Handle, TimerHandle } from '@bight/loop-abstract';
import { expectTypeOf } from 'expect-type';

declare const loop: AbstractEventLoop;
declare const context: Context;
declare const add: (a: number, b: string) => number;
declare const setState: (state: 'open' | 'closed') => void;
declare const sum: (numbers: number[]) => void;

// A callback without parameters needs no arguments, and null means none.
expectTypeOf(loop.callSoon(() => {})).toEqualTypeOf<Handle>();
loop.callSoon(() => {}, null, { context });
loop.callSoon(() => {}, [], null);
loop.callSoon((_optional?: number) => {});

// Arguments are checked against the callback's parameters, one by one.
loop.callSoon(add, [1, 'two'], { context });
loop.callSoon(setState, ['open']);
loop.callSoon(sum, [[1, 2, 3]]);
loop.callSoon(console.log, ['anything', 1]);
// @ts-expect-error the second argument is a string
loop.callSoon(add, [1, 2]);
// @ts-expect-error there are two parameters
loop.callSoon(add, [1]);
// @ts-expect-error there are no more than two
loop.callSoon(add, [1, 'two', 3]);
// @ts-expect-error not one of the states
loop.callSoon(setState, ['ajar']);

// The parameters of a callback that is written in place have the types of the arguments.
loop.callSoon(
  (a, b) => {
    expectTypeOf(a).toEqualTypeOf<number>();
    expectTypeOf(b).toEqualTypeOf<string>();
  },
  [1, 'two'],
);

// All scheduling methods do the same.
expectTypeOf(loop.callSoonThreadsafe(add, [1, 'two'])).toEqualTypeOf<Handle>();
expectTypeOf(loop.callLater(0.5, add, [1, 'two'], { context })).toEqualTypeOf<TimerHandle>();
expectTypeOf(loop.callAt(loop.time() + 1, add, [1, 'two'])).toEqualTypeOf<TimerHandle>();
loop.addReader(0, add, [1, 'two']);
loop.addWriter({ fileno: () => 0 }, add, [1, 'two']);
loop.addSignalHandler('SIGINT', add, [1, 'two']);
// @ts-expect-error the second argument is a string
loop.callLater(1, add, [1, 2]);
// @ts-expect-error a delay is a number of seconds
loop.callLater('1', () => {});
// @ts-expect-error there is no such signal
loop.addSignalHandler('SIGNOTHING', () => {});

expectTypeOf<Handle>().toHaveProperty('getContext').returns.toEqualTypeOf<Context>();
expectTypeOf<keyof Handle>().toEqualTypeOf<'getContext' | 'cancel' | 'cancelled'>();
expectTypeOf<Exclude<keyof TimerHandle, keyof Handle>>().toEqualTypeOf<'when'>();
