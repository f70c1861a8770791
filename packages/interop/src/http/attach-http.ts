import http from 'node:http';
import https from 'node:https';
import { type BaseTransport, Protocol, type Transport } from '@bight/loop-abstract';
import { checkOptions, typeError } from '@bight/loop-abstract/validate';
import { toSocket } from '../sockets/to-socket.js';
import { RequestTasks } from './request-tasks.js';

/** What {@link attachHttp} takes beside the server. */
export interface AttachHttpOptions {
  /**
   * Whether the task of a request is cancelled when the client disconnects before the response is complete; `false`
   * when not given.
   */
  cancelOnDisconnect?: boolean | null;
}

/** Hands a new connection over to the HTTP server. */
class HttpProtocol extends Protocol {
  readonly #server: http.Server;
  readonly #tasks: RequestTasks;

  constructor(server: http.Server, tasks: RequestTasks) {
    super();
    this.#server = server;
    this.#tasks = tasks;
  }

  override connectionMade(transport: BaseTransport): void {
    const isSecured = transport.getExtraInfo<string, null>('sslObject', null) !== null;
    const wantsSecured = this.#server instanceof https.Server;
    if (wantsSecured && !isSecured) {
      (transport as Transport).abort();
      throw new TypeError('an https.Server needs connections with TLS: pass ssl to loop.createServer()');
    }
    // Half open, as the server has its own connections: a client may end its side and wait for the response.
    const socket = toSocket(transport as Transport, { allowHalfOpen: true });
    this.#tasks.adopt(socket);
    this.#server.emit(wantsSecured ? 'secureConnection' : 'connection', socket);
  }
}

/**
 * Serves Node's HTTP server, and with it any framework, on a server of a loop:
 * `loop.createServer(attachHttp(http.createServer(app)), { host, port, ssl })`.
 *
 * Each request runs as a task of its own, in a copy of the context, from `'request'` until the `'close'` of the
 * response; an upgraded connection until it is closed. What a listener throws goes to the loop's exception handler, and
 * ends the connection. The server's time-outs apply. The loop's server closes the connections: `closeClients()`,
 * `waitClosed()`. One HTTP server may be attached several times, and listen by itself as well.
 *
 * @param server - an `http.Server`, with or without TLS below it, or an `https.Server` with TLS
 * @param options - `cancelOnDisconnect`
 * @returns a protocol factory
 * @throws {TypeError} unless it is a server, and for unknown options
 */
export function attachHttp(
  server: http.Server | https.Server,
  options?: AttachHttpOptions | null,
): () => Protocol {
  const { cancelOnDisconnect } = checkOptions(options, ['cancelOnDisconnect']);
  const cancels = checkFlag(cancelOnDisconnect, 'cancelOnDisconnect');
  if (!(server instanceof http.Server) && !((server as unknown) instanceof https.Server))
    throw typeError('server', 'an http.Server or https.Server, such as http.createServer(app)', server);
  trackConnections(server);
  const tasks = new RequestTasks(server, cancels);
  return () => new HttpProtocol(server, tasks);
}

/**
 * Starts the server's checks of its time-outs, which Node starts when a server listens. There is no documented way:
 * where Node has no listener of this name any more, `headersTimeout` and `requestTimeout` do not apply.
 */
function trackConnections(server: http.Server): void {
  if (server.listening) return;
  const track = server.listeners('listening').find(({ name }) => name === 'setupConnectionsTracking');
  track?.call(server);
}

/**
 * An option that is on or off; off when it is not given.
 *
 * @throws {TypeError} unless it is a boolean
 */
function checkFlag(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw typeError(name, 'true or false', value);
  return value;
}
