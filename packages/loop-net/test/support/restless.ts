import type { CoroutineFunction } from '@bight/loop-abstract';
import { drivers, type NetLoopClass } from './loops.js';

/**
 * A driver's loop class with a callback that is always ready, beside whatever the loop is given to run: it is never
 * idle.
 */
function restless(Loop: NetLoopClass): NetLoopClass {
  return class extends Loop {
    override async runUntilComplete<T>(main: CoroutineFunction<T>): Promise<T> {
      let isOver = false;
      const again = (): void => {
        if (!isOver) this.callSoon(again);
      };
      again();
      return await super.runUntilComplete(async () => {
        try {
          return (await main()) as T;
        } finally {
          isOver = true;
        }
      });
    }
  } as NetLoopClass;
}

/** Every driver twice: on a loop that is idle now and then, and on one that never is. */
export const busyDrivers: readonly { name: string; Loop: NetLoopClass }[] = drivers.flatMap(
  ({ name, Loop }) => [
    { name, Loop },
    { name: `${name}, never idle`, Loop: restless(Loop) },
  ],
);
