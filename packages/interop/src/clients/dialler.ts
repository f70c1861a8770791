import { addAbortSignal, type Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { AbstractEventLoop } from '@bight/loop-abstract';
import { transportSocketClass } from '../sockets/sockets.js';
import type { Dial, DialledSocket } from '../sockets/transport-socket.js';
import { Attempt } from './attempt.js';
import type { Settings } from './settings.js';
import { type ConnectOptions, connectOptionsOf } from './target.js';
import { contextFor, serverNameOf, tlsOptionsOf } from './tls-context.js';

/** A socket as clients set it up. */
interface ClientSocket extends DialledSocket {
  setTimeout(msecs: number): this;
  setNoDelay(noDelay: boolean): this;
  setKeepAlive(enable: boolean, initialDelay?: number): this;
}

/** How a form connects. */
export interface DialOptions {
  /** Whether with TLS: by the connector's `ssl` when it is not given. */
  readonly isSecured?: boolean;
  /** What `connect()` does not get: a client's settings of TLS. */
  readonly defaults?: ConnectOptions;
}

/** Makes sockets that connect through a loop. */
export class Dialler {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The loop of the connections. */
  get loop(): AbstractEventLoop {
    return this.#settings.loop;
  }

  /** Makes a socket that is not connected: its `connect()` is. */
  make(
    client: ConnectOptions = {},
    { isSecured = this.#settings.ssl !== null, defaults }: DialOptions = {},
  ): DialledSocket {
    const settings = this.#settings;
    const dial: Dial = (socket, args) => {
      const target = { ...defaults, ...connectOptionsOf(args) };
      const context = isSecured ? contextFor(settings.ssl ?? true, target) : null;
      return new Attempt(settings, { options: target, context }, socket).start();
    };
    const Class = transportSocketClass(isSecured);
    const allowHalfOpen = client.allowHalfOpen ?? false;
    return new Class({ loop: settings.loop, allowHalfOpen, dial });
  }

  /** Makes a socket and connects it. */
  connect(client: ConnectOptions, dialOptions?: DialOptions): DialledSocket {
    const socket = this.make(client, dialOptions) as ClientSocket;
    const { timeout, noDelay, keepAlive, keepAliveInitialDelay, signal } = client;
    if (timeout) socket.setTimeout(timeout);
    if (noDelay) socket.setNoDelay(true);
    if (keepAlive) socket.setKeepAlive(true, keepAliveInitialDelay ?? 0);
    socket.connect(client);
    if (signal) addAbortSignal(signal, socket);
    return socket;
  }

  /**
   * Puts TLS on a connection that the client has made already, through a proxy: it may be any stream, so Node's own TLS
   * goes over it, with the settings of every other connection.
   */
  secure(stream: Duplex, target: ConnectOptions): TLSSocket {
    const { ssl, serverHostname } = this.#settings;
    const context = contextFor(ssl ?? true, target);
    const name = serverHostname ?? serverNameOf(target);
    return connectTls({ ...tlsOptionsOf(context, name), socket: stream });
  }
}
