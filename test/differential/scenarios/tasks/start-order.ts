import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string): Promise<void> {
    trace('start', name);
    const inner = createTask(() => grandchild(`${name}1`));
    await sleep(0);
    trace('middle', name);
    await inner;
    trace('end', name);
  }

  async function grandchild(name: string): Promise<string> {
    trace('start', name);
    return name;
  }

  loop.callSoon(trace, ['soon']);
  const tasks = ['a', 'b', 'c'].map((name) => createTask(() => child(name)));
  trace('created');
  for (const task of tasks) {
    await task;
    trace('joined');
  }
}
