import { copyContext } from '@bight/contextvars';
import type { CoroutineFunction } from '@bight/loop-abstract';
import { run, setEventLoopPolicy } from '@bight/loop-core';
import { createTrace, type Entry, type Trace } from './trace.js';
import { type LoopOptions, TracedPolicy } from './traced-policy.js';

/** What is traced: `main` is a coroutine function that `run()` runs, `run` a function that makes loops of its own. */
export type Body =
  | { main: (trace: Trace) => ReturnType<CoroutineFunction<void>> }
  | { run: (trace: Trace) => Promise<void> };

/** Runs a body on a policy of its own and returns the trace. */
export async function traced(body: Body, options: LoopOptions): Promise<Entry[]> {
  const trace = createTrace();
  const policy = new TracedPolicy(trace, options);
  setEventLoopPolicy(policy);
  try {
    if ('main' in body) await run(() => body.main(trace));
    else await copyContext().run(() => body.run(trace));
  } catch (error) {
    trace('raised', error);
  } finally {
    setEventLoopPolicy(null);
  }
  const entries = trace.finish();
  policy.closeAll();
  return entries;
}
