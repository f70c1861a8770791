/**
 * What the selector's loops need of `@bight/sockets`. They load it by themselves where Node.js can `require()` it; a
 * program that is bundled, or runs where that is not possible, imports this module for them.
 *
 * @packageDocumentation
 */

import { BaseSelector, unavailableReason } from '@bight/sockets';
import { EventEngine } from '@bight/sockets/low-level';
import { provideNativeParts } from '../native/native-parts.js';
import { LoopReadiness } from './loop-readiness.js';
import { SelectorDriver } from './selector-driver.js';

provideNativeParts({
  unavailableReason,
  isSelector: (value) => value instanceof BaseSelector,
  createEngine: (hooks, selector) => new EventEngine(hooks, selector),
  createDriver: (loop) => new SelectorDriver(loop),
  createReadiness: (loop) => new LoopReadiness(loop),
});

/** Whether a selector loop is possible here. */
export { isAvailable } from '@bight/sockets';
