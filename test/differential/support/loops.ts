import { type Budget, CoreEventLoop, type Host } from '@bight/loop-core';
import { NodeHost, WebHost } from '@bight/loop-core/low-level';
import { VirtualClock } from '@bight/loop-testing';
import { ProactorEventLoop, SelectorEventLoop } from 'bight';

const core =
  (Host: new () => Host) =>
  (budget: Partial<Budget>): CoreEventLoop =>
    new CoreEventLoop({ host: new Host(), budget });

/** Node by its documentation alone: the loop waits for microtasks. */
class WaitingHost extends NodeHost {
  override readonly settle = undefined;
}

/**
 * The loops that scenarios run on. The first four are the core loop on Node with virtual time, Node, and what browsers
 * offer.
 */
const loops = {
  virtual: core(VirtualClock),
  node: core(NodeHost),
  waiting: core(WaitingHost),
  web: core(WebHost),
  proactor: (budget: Partial<Budget>): CoreEventLoop => new ProactorEventLoop({ budget }),
  selector: (budget: Partial<Budget>): CoreEventLoop => new SelectorEventLoop(null, { budget }),
};

/** The name of a kind of loop. */
export type LoopName = keyof typeof loops;

/** What a scenario needs of its loop, and the loops that have it. */
export const loopsWith = {
  scheduling: ['virtual', 'node', 'waiting', 'web'],
  network: ['proactor', 'selector'],
  processes: ['proactor', 'selector'],
  readiness: ['selector'],
} satisfies Record<string, LoopName[]>;

/** What a scenario may need. */
export type Need = keyof typeof loopsWith;

/** Makes a loop. */
export function makeLoop(name: LoopName, budget: Partial<Budget> = {}): CoreEventLoop {
  return loops[name](budget);
}
