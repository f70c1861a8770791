/// <reference lib="esnext.disposable" preserve="true" />
import type { AbstractEventLoop } from './abstract-event-loop.js';
import { shareAcrossCopies } from './brand.js';
import { NotImplementedError } from './errors/not-implemented-error.js';
import type { AbstractFuture } from './future.js';
import { inspectAsText } from './inspect-as-text.js';
import { notImplemented } from './not-implemented.js';
import type { SocketLike } from './socket-like.js';

/**
 * A server that accepts connections, as `loop.createServer()` and `loop.createUnixServer()` make it.
 *
 * `async with server` becomes `await using`. Every other method throws `NotImplementedError` until a subclass overrides
 * it.
 *
 * @python asyncio.AbstractServer
 * @python asyncio.Server
 */
export abstract class AbstractServer {
  static {
    shareAcrossCopies(AbstractServer, 'AbstractServer');
    inspectAsText(AbstractServer);
  }

  /**
   * What the server listens on; empty once it is closed.
   *
   * @python asyncio.Server.sockets
   */
  get sockets(): readonly SocketLike[] {
    throw new NotImplementedError(`${this.constructor.name} does not implement sockets`);
  }

  /**
   * Stops listening; connections that are open stay so. Use `waitClosed()` to wait for the end.
   *
   * @param options - `grace`: in seconds. Connections that are left after that time are closed (what they have buffered
   *   is still sent), and those that are left after as long again are aborted. Python has nothing like it.
   * @returns with `grace`, the future of the end of the last connection; otherwise anything
   * @python asyncio.Server.close()
   */
  close(options?: { grace?: number | null } | null): unknown;
  close(): never {
    throw notImplemented(this, 'close');
  }

  /**
   * Calls `close()` on the transport of every connection. Call `close()` of the server first, so that no new ones come
   * in.
   *
   * @python asyncio.Server.close_clients()
   */
  closeClients(): void {
    throw notImplemented(this, 'closeClients');
  }

  /**
   * Calls `abort()` on the transport of every connection. Call `close()` of the server first, so that no new ones come
   * in.
   *
   * @python asyncio.Server.abort_clients()
   */
  abortClients(): void {
    throw notImplemented(this, 'abortClients');
  }

  /**
   * The loop that the server belongs to.
   *
   * @python asyncio.Server.get_loop()
   */
  getLoop(): AbstractEventLoop {
    throw notImplemented(this, 'getLoop');
  }

  /**
   * Whether the server accepts connections.
   *
   * @python asyncio.Server.is_serving()
   */
  isServing(): boolean {
    throw notImplemented(this, 'isServing');
  }

  /**
   * Begins to accept connections; without effect when it does already.
   *
   * @throws {RuntimeError} when the server is closed
   * @python asyncio.Server.start_serving()
   */
  startServing(): AbstractFuture<void> {
    throw notImplemented(this, 'startServing');
  }

  /**
   * Accepts connections until it is cancelled, which closes the server.
   *
   * @throws {RuntimeError} when the server is closed, or is being waited for in this way already
   * @python asyncio.Server.serve_forever()
   */
  serveForever(): AbstractFuture<void> {
    throw notImplemented(this, 'serveForever');
  }

  /**
   * Waits until the server is closed and its last connection has ended.
   *
   * @python asyncio.Server.wait_closed()
   */
  waitClosed(): AbstractFuture<void> {
    throw notImplemented(this, 'waitClosed');
  }

  /**
   * For `await using`: closes the server and waits for the end.
   *
   * @python asyncio.Server.__aexit__
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }
}
