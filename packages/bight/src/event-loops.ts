import type { Constructor, NetLoop, SignalLoop } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import { withProactorNet } from '@bight/loop-net';
import { withSignals } from '@bight/loop-signals';

const ProactorBase: typeof CoreEventLoop & Constructor<NetLoop & SignalLoop> = withSignals(
  withProactorNet(CoreEventLoop),
);

/**
 * The event loop on Node's own sockets: the network, signals, and everything of the core loop, on every platform.
 *
 * Reference: `asyncio.ProactorEventLoop`.
 */
export class ProactorEventLoop extends ProactorBase {}

/** The best event loop that there is here. Reference: `asyncio.EventLoop`. */
export const EventLoop = ProactorEventLoop;
/** The best event loop that there is here. Reference: `asyncio.EventLoop`. */
export type EventLoop = ProactorEventLoop;
