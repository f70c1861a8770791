import { RuntimeError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep, type Task, wait, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const tasks: Task<unknown>[] = [];

  async function through(depth: number): Promise<unknown> {
    if (depth === 0) {
      try {
        return await waitFor(tasks.at(-1)!, null);
      } catch (error) {
        if (error instanceof RuntimeError) trace('innermost', trace.kind(error));
        throw error;
      }
    }
    return await waitFor(() => through(depth - 1), null);
  }

  async function later(depth: number): Promise<unknown> {
    await sleep(0);
    return await through(depth);
  }

  async function catches(depth: number): Promise<unknown> {
    try {
      await through(depth);
    } catch {}
    await sleep(0);
    return 'caught';
  }

  async function atEnd(depth: number): Promise<unknown> {
    try {
      return 'body';
    } finally {
      try {
        await waitFor(() => later(depth), null);
      } catch (error) {
        trace('at its end', trace.kind(error));
      }
    }
  }

  async function observed(body: (depth: number) => Promise<unknown>, depth: number): Promise<unknown> {
    for (let n = 0; n < 4; n++) {
      loop.callSoon(trace, ['queued', n]);
    }
    try {
      return await body(depth);
    } catch (error) {
      if (error instanceof RuntimeError) trace('outermost', trace.kind(error));
      throw error;
    }
  }

  for (const body of [through, later, catches, atEnd]) {
    for (const depth of [0, 1, 3]) {
      trace(body.name, depth);
      tasks.push(createTask(() => observed(body, depth)));
      await wait([tasks.at(-1)!]);
      const error = tasks.at(-1)!.exception();
      trace(error === null ? tasks.at(-1)!.result() : trace.kind(error));
    }
  }

  // A cancel while the refusal is on its way is what arrives.
  tasks.push(createTask(() => observed(through, 2)));
  loop.callSoon(() => tasks.at(-1)!.cancel('meanwhile'));
  await wait([tasks.at(-1)!]);
  trace('cancelled', tasks.at(-1)!.cancelled());
}
