import type {
  Constructor,
  NetLoop,
  PipeLoop,
  ReadinessLoop,
  SignalLoop,
  SocketLoop,
  SubprocessLoop,
} from '@bight/loop-abstract';
import { ValueError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { CoreEventLoop } from '@bight/loop-core';
import { SelectorEventLoop as NetSelectorEventLoop, withProactorNet } from '@bight/loop-net';
import { withSignals } from '@bight/loop-signals';
import { withSubprocess } from '@bight/loop-subprocess';
import { isAvailable } from '@bight/sockets';

type Added = NetLoop & SignalLoop & SubprocessLoop & PipeLoop;
type AddedBySelector = Added & ReadinessLoop & SocketLoop;

const ProactorBase: typeof CoreEventLoop & Constructor<Added> = withSubprocess(
  withSignals(withProactorNet(CoreEventLoop)),
);

const SelectorBase: typeof NetSelectorEventLoop & Constructor<AddedBySelector> = withSubprocess(
  withSignals(NetSelectorEventLoop),
);

/**
 * The event loop on Node's own sockets: the network, subprocesses, signals, and everything of the core loop, on every
 * platform.
 *
 * @python asyncio.ProactorEventLoop
 */
export class ProactorEventLoop extends ProactorBase {}

/**
 * The event loop on `@bight/sockets`, with epoll or kqueue: all that `ProactorEventLoop` has, `addReader()` and the
 * like, and the `sock…` methods. On Linux and macOS.
 *
 * @python asyncio.SelectorEventLoop
 */
export class SelectorEventLoop extends SelectorBase {}

interface EventLoopConstructor {
  new (): EventLoop;
  readonly prototype: EventLoop;
}

/**
 * The best event loop available: `SelectorEventLoop` where `@bight/sockets` is available, else `ProactorEventLoop`; the
 * environment variable `BIGHT_LOOP` (`selector` or `proactor`) chooses, too. `String(loop)` shows which one it is.
 *
 * @python asyncio.EventLoop
 */
export const EventLoop: EventLoopConstructor =
  chosenLoop() === 'selector' ? SelectorEventLoop : ProactorEventLoop;

/**
 * What both classes have in common: not a union, so that a class can extend it.
 *
 * @python asyncio.EventLoop
 */
export type EventLoop = ProactorEventLoop;

/**
 * Chooses the default loop class.
 *
 * @throws {ValueError} when the environment variable `BIGHT_LOOP` names none
 */
function chosenLoop(): 'selector' | 'proactor' {
  const wanted = process.env.BIGHT_LOOP ?? '';
  if (wanted === 'selector' || wanted === 'proactor') return wanted;
  if (wanted === '') return isAvailable() ? 'selector' : 'proactor';
  throw new ValueError(
    `the environment variable BIGHT_LOOP must be 'selector' or 'proactor', not ${describeValue(wanted)}`,
  );
}
