import { CoreEventLoop } from '@bight/loop-core';
import { SelectorHost } from './selector/selector-host.js';

/**
 * The event loop on a selector, epoll or kqueue: what happens to all its sockets, and its timers, comes in one call.
 *
 * Stands for `asyncio.SelectorEventLoop`; that of `bight` has subprocesses and signals as well.
 */
export class SelectorEventLoop extends CoreEventLoop {
  /** @throws {NotImplementedError} where `@bight/sockets` is not available: the message says why */
  constructor() {
    super({ host: new SelectorHost() });
  }
}
