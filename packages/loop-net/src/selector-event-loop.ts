import type { Constructor, NetLoop, ReadinessLoop, SocketLoop } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import { SelectorHost } from './selector/selector-host.js';
import { withReadiness } from './selector/with-readiness.js';
import { withSelectorNet } from './with-selector-net.js';

type Added = NetLoop & ReadinessLoop & SocketLoop;

const Base: typeof CoreEventLoop & Constructor<Added> = withReadiness(withSelectorNet(CoreEventLoop));

/**
 * The event loop on a selector, epoll or kqueue: what happens to all its sockets, and its timers, comes in one call.
 *
 * Stands for `asyncio.SelectorEventLoop`; that of `bight` has subprocesses and signals as well.
 */
export class SelectorEventLoop extends Base {
  /** @throws {NotImplementedError} where `@bight/sockets` is not available: the message says why */
  constructor() {
    super({ host: new SelectorHost() });
  }
}
