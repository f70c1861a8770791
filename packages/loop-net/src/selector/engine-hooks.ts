import type { ErrorHandlingLoop, SchedulingLoop } from '@bight/loop-abstract';
import { asError, enterBatchFromHost } from '@bight/loop-core/low-level';
import type { EngineHooks, EventEngine } from '@bight/sockets/low-level';

/** What an engine needs of its loop. */
export type EngineLoop = SchedulingLoop & ErrorHandlingLoop;

/** How an engine's events get into a loop: all that came together as one batch, and each as a callback of its own. */
export class LoopHooks implements EngineHooks {
  engine: EventEngine | null = null;
  loop: EngineLoop | null;

  constructor(loop: EngineLoop | null) {
    this.loop = loop;
  }

  events(): void {
    const { engine, loop } = this;
    if (engine !== null && loop !== null) enterBatchFromHost(loop, engine.deliverNext, engine);
  }

  /** A loop that does not need it sets none. */
  timer(): void {}

  batchEnd(): void {}

  error(error: unknown): void {
    this.loop?.callExceptionHandler({ message: 'Exception in the event loop', exception: asError(error) });
  }
}
