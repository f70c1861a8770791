import { capture, runInCarrier } from '@bight/contextvars/low-level';
import { nextTick } from '../platform.js';

/*
 * Keeps Node's `process.nextTick` fast.
 *
 * A tick is an object literal with computed keys. V8 remembers the shape of such an object where it is made, but weakly: after a few
 * full collections that find no tick alive the shape is gone, the next tick gets a new one, and from then on V8 takes the place for one that
 * makes objects of all sorts and goes through the runtime for each key. Measured on Node 20, 22 and 24: 600 to 1,100 ns a tick instead of 110
 * to 150, for as long as the process lives (`node --expose-gc bench/ticks.mjs`). So one tick is kept alive.
 */

const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks') as
  | { executionAsyncResource?(): object }
  | undefined;

// A tick refers to everybody's async storage: nobody's but that of the first import may stay alive for it.
const outside = capture();
let kept: object | undefined;

/**
 * Keeps a tick as they are made now, in place of the one before: the shape changes while the code that makes them is being compiled.
 *
 * @internal
 */
export function keepTickShape(): void {
  runInCarrier(outside, queueTick, undefined, undefined);
}

/** The tick that is kept, for tests. @internal */
export function keptTick(): object | undefined {
  return kept;
}

function queueTick(): void {
  nextTick?.(keepTick);
}

function keepTick(): void {
  kept = hooks?.executionAsyncResource?.();
}
