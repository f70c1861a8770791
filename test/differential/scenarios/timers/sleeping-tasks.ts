import { createTask, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  async function sleeper(name: string, ...ticks: number[]): Promise<string> {
    for (const count of ticks) {
      trace(name, await sleep(count * TICK, { result: count }));
    }
    return name;
  }

  const tasks = [
    createTask(() => sleeper('a', 2, 2, 0)),
    createTask(() => sleeper('b', 1, 1, 1, 1)),
    createTask(() => sleeper('c', 4)),
    createTask(() => sleeper('d', 0, 4)),
    createTask(() => sleeper('e', 0, 0, 2, 2)),
  ];
  for (const task of tasks) {
    trace('finished', await task);
  }
}
