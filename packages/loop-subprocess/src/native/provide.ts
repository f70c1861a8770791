/**
 * What subprocesses and pipes need of `@bight/sockets`. Their loops load it by themselves where Node.js can `require()`
 * it; a program that is bundled, or runs where that is not possible, imports this module for them.
 *
 * @packageDocumentation
 */

import { EVENT_READ, isAvailable } from '@bight/sockets';
import {
  CANNOT_SPAWN,
  duplicateDescriptor,
  EventEngine,
  MODE_READY,
  openPipe,
  spawnProgram,
} from '@bight/sockets/low-level';
import { provideNativeParts } from './native-parts.js';

const parts = {
  openPipe,
  duplicateDescriptor,
  spawnProgram,
  CANNOT_SPAWN,
  createEngine: (hooks: ConstructorParameters<typeof EventEngine>[0]) => new EventEngine(hooks),
  watch: (engine: EventEngine, ...[fd, handler]: [number, Parameters<EventEngine['watch']>[3]]) =>
    engine.watch(fd, MODE_READY, EVENT_READ, handler),
};

provideNativeParts(isAvailable() ? parts : null);

/** Whether what is native can be used here. */
export { isAvailable } from '@bight/sockets';
