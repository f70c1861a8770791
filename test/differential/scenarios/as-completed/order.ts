import { ValueError } from '@bight/loop-abstract';
import { asCompleted, createTask, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function child(name: string, turns: number, error?: Error): Promise<string> {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(0);
    }
    trace(name, 'ends');
    if (error) throw error;
    return name;
  }

  const tasks = [
    createTask(() => child('a', 3)),
    createTask(() => child('b', 1)),
    createTask(() => child('c', 2, new ValueError('c'))),
    createTask(() => child('d', 6)),
    createTask(() => child('e', 1)),
  ];
  for (const following of asCompleted(tasks)) {
    try {
      trace('got', await following);
    } catch (error) {
      trace('got', error);
    }
  }
}
