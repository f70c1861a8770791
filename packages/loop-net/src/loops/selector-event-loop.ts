import type { Constructor, NetLoop, ReadinessLoop, SocketLoop } from '@bight/loop-abstract';
import { checkOptions } from '@bight/loop-abstract/validate';
import { CoreEventLoop, type CoreEventLoopOptions } from '@bight/loop-core';
import { SelectorHost } from '../selector/selector-host.js';
import type { UserSelector } from '../selector/user-selector.js';
import { withSelectorNet } from './with-selector-net.js';

type Added = NetLoop & ReadinessLoop & SocketLoop;

const Base: typeof CoreEventLoop & Constructor<Added> = withSelectorNet(CoreEventLoop);

/**
 * The event loop on a selector, epoll or kqueue: what happens to all its sockets, and its timers, comes in one call.
 *
 * The class of this name in `bight` has subprocesses and signals as well.
 *
 * @python asyncio.SelectorEventLoop
 */
export class SelectorEventLoop extends Base {
  /**
   * @param selector - decides which descriptors are ready, of the network too; it is polled without waiting, and closed
   * with the loop. By default the best of the platform, which costs least when it is not named
   * @param options - `budget`: how long the loop may go on before the rest of the process gets its turn
   * @throws {NotImplementedError} where `@bight/sockets` is not available: the message says why
   */
  constructor(selector?: UserSelector | null, options?: Pick<CoreEventLoopOptions, 'budget'> | null) {
    super({ ...checkOptions(options, ['budget']), host: new SelectorHost(selector) });
  }
}
