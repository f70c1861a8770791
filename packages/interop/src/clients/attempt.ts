import {
  type AbstractFuture,
  type BaseTransport,
  CancelledError,
  Protocol,
  type SSLContextLike,
  type Transport,
} from '@bight/loop-abstract';
import { errnoOf, systemError } from '@bight/loop-abstract/system-error';
import { asError, noteSignalReason } from '@bight/loop-core/low-level';
import { AF_INET, AF_INET6 } from '@bight/loop-net/constants';
import { kAttach } from '../internals.js';
import type { DialledSocket, Dialling } from '../sockets/transport-socket.js';
import type { Settings } from './settings.js';
import type { Target } from './target.js';
import { serverNameOf } from './tls-context.js';

/** The protocol of a connection before the socket has it: nothing is received. */
class ArrivingProtocol extends Protocol {
  transport: Transport | null = null;
  error: Error | null = null;

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as Transport;
    this.transport.pauseReading();
  }

  override connectionLost(error: Error | null): void {
    this.error = error;
  }
}

/**
 * One attempt to connect a socket. It is awaited where the client requested it, so that cancelling the task that runs
 * there cancels the attempt; the client's socket is destroyed with the CancelledError.
 */
export class Attempt implements Dialling {
  readonly #settings: Settings;
  readonly #target: Target;
  readonly #socket: DialledSocket;
  #current: AbstractFuture<unknown> | null = null;

  constructor(settings: Settings, target: Target, socket: DialledSocket) {
    this.#settings = settings;
    this.#target = target;
    this.#socket = socket;
  }

  /**
   * Begins.
   *
   * @throws {TypeError} for invalid options, before anything is opened
   */
  start(): this {
    const protocol = new ArrivingProtocol();
    void this.#run(protocol, this.#connect(protocol));
    return this;
  }

  cancel(): void {
    this.#current?.cancel();
  }

  async #run(protocol: ArrivingProtocol, connecting: AbstractFuture<unknown>): Promise<void> {
    const socket = this.#socket;
    try {
      this.#current = connecting;
      await connecting;
      // Not before: until now, a cancel ends the attempt.
      this.#current = null;
      await this.#use(protocol);
    } catch (error) {
      // A cancel may also meet a connection that has just been made.
      protocol.transport?.abort();
      // The client may derive an error of its own from it, which still counts as the cancel.
      if (error instanceof CancelledError) noteSignalReason(error);
      socket.destroy(asError(error));
    }
  }

  async #use(protocol: ArrivingProtocol): Promise<void> {
    const socket = this.#socket;
    const transport = openTransport(protocol.transport, protocol.error);
    if (socket.destroyed) {
      transport.abort();
    } else if (this.#target.context === null) {
      socket[kAttach](transport);
      socket.emit('connect');
      socket.emit('ready');
    } else {
      socket.connecting = false;
      socket.emit('connect');
      socket.emit('ready');
      const securing = this.#secure(transport, protocol);
      this.#current = securing;
      protocol.transport = openTransport(await securing, protocol.error);
      this.#current = null;
      if (socket.destroyed) {
        protocol.transport.abort();
        return;
      }
      socket[kAttach](protocol.transport);
      socket.emit('secureConnect');
    }
  }

  #connect(protocol: ArrivingProtocol): AbstractFuture<unknown> {
    const { loop } = this.#settings;
    const { path, host, hostname, port, localAddress, localPort, family } = this.#target.options;
    const factory = () => protocol;
    if (typeof path === 'string') return loop.createUnixConnection(factory, { path });
    if (port === undefined || port === null) throw new TypeError('options must have a port or a path');
    const local =
      typeof localAddress === 'string'
        ? { host: localAddress, port: localPort ?? 0 }
        : this.#settings.localAddr;
    return loop.createConnection(factory, {
      host: host ?? hostname ?? 'localhost',
      port: typeof port === 'string' ? Number(port) : port,
      family: familyOf(family) ?? this.#settings.family,
      localAddr: local,
      happyEyeballsDelay: this.#settings.happyEyeballsDelay,
      interleave: this.#settings.interleave,
    });
  }

  #secure(transport: Transport, protocol: Protocol): AbstractFuture<Transport | null> {
    const { loop, serverHostname, sslHandshakeTimeout } = this.#settings;
    const { context, options } = this.#target;
    return loop.startTls(transport, protocol, context as SSLContextLike, {
      serverHostname: serverHostname ?? serverNameOf(options),
      sslHandshakeTimeout,
    });
  }
}

/** The transport, unless the connection is over already. */
function openTransport(transport: Transport | null, error: Error | null): Transport {
  if (transport === null || transport.isClosing())
    throw error ?? systemError(errnoOf('ECONNRESET'), 'connect');
  return transport;
}

/** The system's number of an address family that a client gives as 4, 6, `'IPv4'` or `'IPv6'`; `null` for any. */
function familyOf(family: unknown): number | null {
  const number = Number(String(family ?? 0).replace(/^IPv/, ''));
  if (number === 4) return AF_INET;
  return number === 6 ? AF_INET6 : null;
}
