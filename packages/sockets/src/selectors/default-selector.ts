import { binding } from '../binding/load.js';
import type { BaseSelector } from './base-selector.js';
import { PollSelector } from './poll-selector.js';
import { EpollSelector, KqueueSelector } from './poller-selector.js';

interface SelectorConstructor {
  new <D = unknown>(): BaseSelector<D>;
}

const own: Readonly<Record<string, SelectorConstructor>> = { epoll: EpollSelector, kqueue: KqueueSelector };

/**
 * The best selector of the platform.
 *
 * @python selectors.DefaultSelector
 */
export const DefaultSelector: SelectorConstructor = own[binding?.pollerName ?? ''] ?? PollSelector;
/** An instance of the best selector of the platform. */
export type DefaultSelector<D = unknown> = BaseSelector<D>;
