import { shareAcrossCopies } from '../brand.js';
import type { BaseTransport } from '../transports/base-transport.js';

/**
 * What the methods of every protocol have in common. The methods do nothing; override those that matter.
 *
 * Stands for `asyncio.BaseProtocol`.
 */
export class BaseProtocol {
  static {
    shareAcrossCopies(BaseProtocol, 'BaseProtocol');
  }

  /** Called once, first. Stands for `BaseProtocol.connection_made(transport)`. */
  connectionMade(transport: BaseTransport): void;
  connectionMade(): void {}

  /**
   * Called once, last. Stands for `BaseProtocol.connection_lost(exc)`.
   *
   * @param exception why the connection was lost; `null` when it was closed, by either end, or aborted by this one
   */
  connectionLost(exception: Error | null): void;
  connectionLost(): void {}

  /** Called when the write buffer has grown above its high mark. Stands for `BaseProtocol.pause_writing()`. */
  pauseWriting(): void {}

  /** Called when it has shrunk to its low mark. Stands for `BaseProtocol.resume_writing()`. */
  resumeWriting(): void {}
}

/** Any object with some, or none, of the methods of a `BaseProtocol`. */
export type BaseProtocolLike = Partial<BaseProtocol>;
