import type { CoroutineFunction } from '@bight/loop-abstract';
import { drivers, type NetLoopClass } from './loops.js';
import { tlsDrivers } from './tls-drivers.js';

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

const busy = ({ name, Loop }: (typeof drivers)[number]): typeof drivers => [
  { name, Loop },
  { name: `${name}, never idle`, Loop: restless(Loop) },
];

/** Every driver twice: on a loop that is idle now and then, and on one that never is. */
export const busyDrivers: typeof drivers = drivers.flatMap(busy);

/** The same of those that everything of TLS is tested on. */
export const busyTlsDrivers: typeof drivers = tlsDrivers.flatMap(busy);
