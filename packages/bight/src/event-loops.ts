import type { Constructor, NetLoop, PipeLoop, SignalLoop, SubprocessLoop } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import { withProactorNet } from '@bight/loop-net';
import { withSignals } from '@bight/loop-signals';
import { withSubprocess } from '@bight/loop-subprocess';

type Added = NetLoop & SignalLoop & SubprocessLoop & PipeLoop;

const ProactorBase: typeof CoreEventLoop & Constructor<Added> = withSubprocess(
  withSignals(withProactorNet(CoreEventLoop)),
);

/**
 * The event loop on Node's own sockets: the network, subprocesses, signals, and everything of the core loop, on every platform.
 *
 * Reference: `asyncio.ProactorEventLoop`.
 */
export class ProactorEventLoop extends ProactorBase {}

/** The best event loop that there is here. Reference: `asyncio.EventLoop`. */
export const EventLoop = ProactorEventLoop;
/** The best event loop that there is here. Reference: `asyncio.EventLoop`. */
export type EventLoop = ProactorEventLoop;
