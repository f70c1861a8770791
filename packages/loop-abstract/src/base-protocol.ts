import type { BaseTransport } from './base-transport.js';
import { shareAcrossCopies } from './brand.js';

/**
 * What the methods of every protocol have in common. The methods do nothing; override those that matter.
 *
 * @python asyncio.BaseProtocol
 */
export class BaseProtocol {
  static {
    shareAcrossCopies(BaseProtocol, 'BaseProtocol');
  }

  /**
   * Called once, first.
   *
   * @python asyncio.BaseProtocol.connection_made()
   */
  connectionMade(transport: BaseTransport): void;
  connectionMade(): void {}

  /**
   * Called once, last.
   *
   * @param exception - why the connection was lost; `null` when it was closed, by either end, or aborted by this one
   * @python asyncio.BaseProtocol.connection_lost()
   */
  connectionLost(exception: Error | null): void;
  connectionLost(): void {}

  /**
   * Called when the write buffer has grown above its high mark.
   *
   * @python asyncio.BaseProtocol.pause_writing()
   */
  pauseWriting(): void {}

  /**
   * Called when it has shrunk to its low mark.
   *
   * @python asyncio.BaseProtocol.resume_writing()
   */
  resumeWriting(): void {}
}

/** Any object with some, or none, of the methods of a `BaseProtocol`. */
export type BaseProtocolLike = Partial<BaseProtocol>;
