import type { HasFileno } from '@bight/loop-abstract';
import { TransportCore, type TransportParts } from '@bight/loop-core/low-level';
import type { PipeChannel } from './pipe-channel.js';

/** What the inner object of a pipe transport is made of. */
export interface PipeParts extends TransportParts<PipeChannel> {
  /** What `getExtraInfo('pipe')` gives. */
  readonly pipe: HasFileno;
}

/**
 * The inner object of a pipe transport in both directions: what a further descriptor of a subprocess is connected to.
 * What is special to one direction stands in its subclasses.
 */
export class PipeCore extends TransportCore<PipeChannel> {
  readonly #pipe: HasFileno;

  constructor(parts: PipeParts) {
    super(parts);
    this.#pipe = parts.pipe;
  }

  override get kind(): string {
    return 'pipe';
  }

  override get vainWriteWarning(): string {
    return 'pipe closed by peer or write to the pipe failed.';
  }

  override extraInfo(name: string): unknown {
    return name === 'pipe' ? this.#pipe : undefined;
  }

  override fileno(): number {
    return this.#pipe.fileno();
  }

  /** asyncio's pipes go on after an error of the protocol; its sockets do not. */
  override receivingFailed(error: Error, method: string): void {
    this.report(`protocol.${method}() failed`, error);
  }

  override channelFailed(error: Error): void {
    if (!this.isLost) this.fatalError(error, 'Fatal error on pipe transport');
  }
}
