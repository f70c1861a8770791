import type { Constructor, NetLoop } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import { withProactorNet } from './with-proactor-net.js';

const Base: typeof CoreEventLoop & Constructor<NetLoop> = withProactorNet(CoreEventLoop);

/**
 * The event loop with the network of Node's own sockets, and nothing else.
 *
 * The class of this name in `bight` has subprocesses and signals as well.
 *
 * @python asyncio.ProactorEventLoop
 */
export class ProactorEventLoop extends Base {}
