import { NotImplementedError } from '@bight/loop-abstract';
import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';
import { BaseSelector } from './base-selector.js';

/** Python closes a poller that is collected, and reports nothing. */
const registry = new FinalizationRegistry<number>((poller) => native().close(poller));

/** A selector on the platform's own poller, which is a descriptor itself. */
export abstract class PollerSelector<D = unknown> extends BaseSelector<D> {
  #poller: number;

  constructor(name: string) {
    super();
    const { pollerName, pollerOpen } = native();
    if (pollerName !== name) {
      throw new NotImplementedError(
        `this platform has no ${name}: use DefaultSelector, which uses ${pollerName} here`,
      );
    }
    this.#poller = check(pollerOpen(), name);
    registry.register(this, this.#poller, this);
  }

  /**
   * The descriptor of the poller: readable while something is ready. -1 when closed.
   *
   * @python selector.fileno()
   */
  fileno(): number {
    return this.#poller;
  }

  override close(): void {
    super.close();
    registry.unregister(this);
    if (this.#poller >= 0) native().close(this.#poller);
    this.#poller = -1;
  }

  protected override watch(fd: number, before: number, after: number): void {
    check(native().pollerChange(this.#poller, fd, before, after), `${native().pollerName}_ctl`);
  }

  protected override poll(milliseconds: number): Iterable<[number, number]> {
    const pairs = new Int32Array(4 * Math.max(this.keys.size, 1));
    const count = check(
      native().pollerWait(this.#poller, pairs, milliseconds),
      `${native().pollerName}_wait`,
    );
    const ready = new Map<number, number>();
    for (let at = 0; at < 2 * count; at += 2) {
      const fd = pairs[at]!;
      ready.set(fd, (ready.get(fd) ?? 0) | pairs[at + 1]!);
    }
    return ready;
  }
}

/**
 * A selector on Linux's epoll. Elsewhere: `NotImplementedError`.
 *
 * @python selectors.EpollSelector
 */
export class EpollSelector<D = unknown> extends PollerSelector<D> {
  constructor() {
    super('epoll');
  }
}

/**
 * A selector on kqueue, of macOS. Elsewhere: `NotImplementedError`.
 *
 * @python selectors.KqueueSelector
 */
export class KqueueSelector<D = unknown> extends PollerSelector<D> {
  constructor() {
    super('kqueue');
  }
}
