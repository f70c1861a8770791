import { type EventEngine, TlsMemory } from '@bight/sockets/low-level';
import type { NetHostLoop } from '../driver/network.js';
import { kTryAgain } from '../internals.js';
import { ChannelEnvironment } from '../node/channel-environment.js';

/** What the channels of one loop share. */
export class SelectorEnvironment {
  readonly engine: EventEngine;
  readonly loop: NetHostLoop;
  /** Whatever has to be closed with the loop. */
  readonly open = new Set<{ close(): void }>();
  /** The listeners that wait for a descriptor to become free. */
  readonly starving = new Set<{ [kTryAgain](): void }>();
  #tls: ChannelEnvironment | null = null;
  readonly #tlsMemories: TlsMemory[] = [];

  constructor(engine: EventEngine, loop: NetHostLoop) {
    this.engine = engine;
    this.loop = loop;
  }

  /** The environment of Node's TLS, and of the sockets below it. */
  get tls(): ChannelEnvironment {
    this.#tls ??= new ChannelEnvironment(this.loop);
    return this.#tls;
  }

  /**
   * What the connections share whose TLS is OpenSSL's.
   *
   * @param depth - how many TLS connections there are below
   */
  tlsMemory(depth: number): TlsMemory {
    while (this.#tlsMemories.length <= depth) this.#tlsMemories.push(new TlsMemory());
    return this.#tlsMemories[depth]!;
  }

  /** Notes that a descriptor was closed. */
  descriptorFreed(): void {
    if (this.starving.size > 0) for (const listener of [...this.starving]) listener[kTryAgain]();
  }

  /** Closes everything, without a callback. */
  close(): void {
    for (const resource of [...this.open, ...(this.#tls?.open ?? [])]) resource.close();
  }
}
