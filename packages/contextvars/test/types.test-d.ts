import { type Context, ContextVar, copyContext, KeyError, LookupError, type Token } from '@bight/contextvars';
import { HAMT } from '@bight/contextvars/hamt';
import {
  type Carrier,
  capture,
  currentRunContext,
  type RunContext,
  runInCarrier,
} from '@bight/contextvars/low-level';
import { expectTypeOf } from 'expect-type';

// Checked by the compiler, and never run.
export function contextvars(): void {
  const variable = new ContextVar<number>('v');
  const preset = new ContextVar('p', { default: 'text' });
  expectTypeOf(preset).toEqualTypeOf<ContextVar<string>>();
  expectTypeOf(variable.get()).toEqualTypeOf<number>();
  expectTypeOf(variable.get(null)).toEqualTypeOf<number | null>();
  expectTypeOf(variable.get('none')).toEqualTypeOf<string | number>();
  expectTypeOf(variable.name).toEqualTypeOf<string>();
  expectTypeOf(variable.set(1)).toEqualTypeOf<Token<number>>();
  expectTypeOf(variable.set(1).oldValue).toEqualTypeOf<number | typeof Token.MISSING>();
  expectTypeOf(variable.set(1).var).toEqualTypeOf<ContextVar<number>>();
  // @ts-expect-error: not a number
  variable.set('1');
  // @ts-expect-error: a token of another type
  variable.reset(preset.set('x'));
  // @ts-expect-error: read-only
  variable.name = 'w';
  // @ts-expect-error: a name is needed
  new ContextVar();
  using _ = variable.set(1);

  const context = copyContext();
  expectTypeOf(context).toEqualTypeOf<Context>();
  expectTypeOf(context).toExtend<ReadonlyMap<ContextVar<unknown>, unknown>>();
  expectTypeOf(context.get(variable)).toEqualTypeOf<number | undefined>();
  expectTypeOf(context.get(variable, null)).toEqualTypeOf<number | null>();
  expectTypeOf(context.lookup(variable)).toEqualTypeOf<number>();
  expectTypeOf(context.has(variable)).toEqualTypeOf<boolean>();
  expectTypeOf(context.size).toEqualTypeOf<number>();
  expectTypeOf([...context]).toEqualTypeOf<Array<[ContextVar<unknown>, unknown]>>();
  // @ts-expect-error: no such key
  context.get('v');

  expectTypeOf(context.run((a: number, b: string) => a + b, 1, 'b')).toEqualTypeOf<string>();
  expectTypeOf(context.run(async () => 1)).toEqualTypeOf<Promise<number>>();
  // @ts-expect-error: an argument of another type
  context.run((a: number) => a, '1');
  // @ts-expect-error: an argument too few
  context.run((a: number) => a);
  expectTypeOf(context.bind((a: number) => `${a}`)).toExtend<(a: number) => string>();
  expectTypeOf(
    context.bind(function (this: Date, a: number) {
      return this.getTime() + a;
    }),
  ).toEqualTypeOf<(this: Date, a: number) => number>();

  expectTypeOf(new KeyError('k')).toExtend<LookupError>();
  expectTypeOf(new LookupError('l').code).toEqualTypeOf<string>();

  expectTypeOf(currentRunContext()).toEqualTypeOf<RunContext | undefined>();
  expectTypeOf(capture()).toEqualTypeOf<Carrier>();
  const call = function (this: Date, arg: number) {
    return `${this}${arg}`;
  };
  expectTypeOf(runInCarrier(capture(), call, new Date(), 1)).toEqualTypeOf<string>();
  // @ts-expect-error: another `this`
  runInCarrier(capture(), call, 1, 1);

  const map = HAMT.of(['a', 1], ['b', 2]);
  expectTypeOf(map).toEqualTypeOf<HAMT<string, number>>();
  expectTypeOf(map).toExtend<ReadonlyMap<string, number>>();
  expectTypeOf(map.get('a')).toEqualTypeOf<number | undefined>();
  expectTypeOf(map.get('a', null)).toEqualTypeOf<number | null>();
  expectTypeOf(map.set('a', 1)).toEqualTypeOf<HAMT<string, number>>();
  expectTypeOf(HAMT.from(new Map([[1, 'a']]), { hash: (key) => key })).toEqualTypeOf<HAMT<number, string>>();
  // @ts-expect-error: another type of value
  map.set('a', 'text');
}
