import type { TLSSocket } from 'node:tls';
import type { Transport } from '@bight/loop-abstract';
import { kAttach } from '../internals.js';
import type { TransportSocketClass } from './transport-socket.js';

/** The members of Node's `TLSSocket` that are used under the transport. */
const METHODS = [
  'disableRenegotiation',
  'enableTrace',
  'exportKeyingMaterial',
  'getCertificate',
  'getCipher',
  'getEphemeralKeyInfo',
  'getFinished',
  'getPeerCertificate',
  'getPeerFinished',
  'getPeerX509Certificate',
  'getProtocol',
  'getSession',
  'getSharedSigalgs',
  'getTLSTicket',
  'getX509Certificate',
  'isSessionReused',
  'renegotiate',
  'setMaxSendFragment',
] as const;

/** Gives a class of sockets what `tls.TLSSocket` has beside a socket. */
export function withTlsProperties(Base: TransportSocketClass): TransportSocketClass {
  class SecuredSocket extends Base {
    readonly encrypted = true;
    #secured: TLSSocket | null = null;

    /** @internal */
    override [kAttach](transport: Transport): void {
      this.#secured = transport.getExtraInfo<string, null>('sslObject', null) as TLSSocket | null;
      this.#secured?.on('session', (session: Buffer) => void this.emit('session', session));
      this.#secured?.on('keylog', (line: Buffer) => void this.emit('keylog', line));
      super[kAttach](transport);
    }

    get authorized(): boolean {
      return this.#secured?.authorized ?? false;
    }

    get authorizationError(): Error | null {
      return this.#secured?.authorizationError ?? null;
    }

    get alpnProtocol(): string | false | null {
      return this.#secured?.alpnProtocol ?? null;
    }

    get servername(): string | false | null {
      return (this.#secured as { servername?: string | false } | null)?.servername ?? null;
    }

    /** Calls a method of Node's socket; before the connection there is nothing to call. */
    protected callSecured(method: string, args: readonly unknown[]): unknown {
      const secured = this.#secured as unknown as Record<string, (...args: unknown[]) => unknown> | null;
      return secured === null ? undefined : secured[method]?.(...args);
    }
  }
  for (const method of METHODS) {
    const value = function (this: SecuredSocket, ...args: unknown[]): unknown {
      return this.callSecured(method, args);
    };
    Object.defineProperty(SecuredSocket.prototype, method, { value, writable: true, configurable: true });
  }
  return SecuredSocket;
}
