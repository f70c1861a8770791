import type { BaseProtocolLike } from './base-protocol.js';
import { shareAcrossCopies } from './brand.js';
import type { ExtraInfoValue } from './extra-info.js';
import { inspectAsText } from './inspect-as-text.js';
import { notImplemented } from './not-implemented.js';

/**
 * A way to move bytes, coupled with a protocol that it calls. Loops make transports; programs do not.
 *
 * Every method throws `NotImplementedError` until a subclass overrides it.
 *
 * @python asyncio.BaseTransport
 */
export abstract class BaseTransport {
  static {
    shareAcrossCopies(BaseTransport, 'BaseTransport');
    inspectAsText(BaseTransport);
  }

  /**
   * Information about the socket, pipe or process below the transport, or `fallback` where there is none of that name.
   *
   * Without a fallback, the type of the result takes for granted that the transport knows it. With one, as in
   * `getExtraInfo('peername', null)`, the compiler insists on a check.
   *
   * @param name - `'peername'`, `'sockname'`, `'socket'`, `'cipher'`, `'peercert'`, `'sslContext'`, `'sslObject'`,
   *   `'pipe'`, `'subprocess'`, or what else this transport offers
   * @param fallback - what to return otherwise; `null` when it is not given
   * @python asyncio.BaseTransport.get_extra_info()
   */
  getExtraInfo<K extends string, D = never>(name: K, fallback?: D): ExtraInfoValue<K> | D;
  getExtraInfo(): never {
    throw notImplemented(this, 'getExtraInfo');
  }

  /**
   * Whether the transport is closing or closed.
   *
   * @python asyncio.BaseTransport.is_closing()
   */
  isClosing(): boolean {
    throw notImplemented(this, 'isClosing');
  }

  /**
   * Closes the transport: nothing more is received, what was written is still sent, and then `connectionLost(null)` is
   * called.
   *
   * @python asyncio.BaseTransport.close()
   */
  close(): void {
    throw notImplemented(this, 'close');
  }

  /**
   * The transport calls another protocol from now on.
   *
   * @python asyncio.BaseTransport.set_protocol()
   */
  setProtocol(protocol: BaseProtocolLike): void;
  setProtocol(): void {
    throw notImplemented(this, 'setProtocol');
  }

  /**
   * The protocol that the transport calls.
   *
   * @python asyncio.BaseTransport.get_protocol()
   */
  getProtocol(): BaseProtocolLike {
    throw notImplemented(this, 'getProtocol');
  }
}
