import { createTask, sleep, type Task } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const tasks: Record<string, Task<string>> = {};

  async function child(name: string, victims: string): Promise<string> {
    trace(name, 'starts');
    try {
      for (const victim of victims) {
        trace(name, 'cancels', victim, tasks[victim]!.cancel(name));
      }
      await sleep(0);
      trace(name, 'second step');
      await sleep(0);
    } catch (error) {
      trace(name, 'cancelled', error);
      throw error;
    }
    return name;
  }

  const plan = { a: 'd', b: 'ab', c: 'e', d: 'c', e: '', f: 'f' };
  for (const [name, victims] of Object.entries(plan)) {
    tasks[name] = createTask(() => child(name, victims));
  }
  for (const name of 'abcdef') {
    try {
      trace('main', await tasks[name]!);
    } catch (error) {
      trace('main', name, error);
    }
  }
}
