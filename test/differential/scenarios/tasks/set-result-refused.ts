import { ValueError } from '@bight/loop-abstract';
import { createTask, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function child(): Promise<string> {
    await sleep(0);
    return 'own result';
  }

  const task = createTask(child);
  for (const [name, action] of [
    ['set_result', () => task.setResult('foreign')],
    ['set_exception', () => task.setException(new ValueError('foreign'))],
    ['result', () => task.result()],
    ['exception', () => task.exception()],
  ] as const) {
    try {
      action();
    } catch (error) {
      trace(name, trace.kind(error));
    }
  }
  trace(await task);
}
