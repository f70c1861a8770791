import { checkOptions } from '@bight/loop-abstract/validate';
import { type Budget, CoreEventLoop } from '@bight/loop-core';
import { VirtualClock } from './virtual-clock.js';

/** How a {@link VirtualEventLoop} is made. */
export interface VirtualEventLoopOptions {
  /** The clock that it runs on; by default a new one that moves by itself. */
  clock?: VirtualClock;
  /** How long the loop may go on before the platform gets its turn. */
  budget?: Partial<Budget>;
}

/** An event loop on virtual time. */
export class VirtualEventLoop extends CoreEventLoop {
  /** The clock that the loop runs on. */
  readonly clock: VirtualClock;

  constructor(options: VirtualEventLoopOptions = {}) {
    const { clock = new VirtualClock(), budget } = checkOptions(options);
    super({ host: clock, budget });
    this.clock = clock;
  }
}
