import {
  type AbstractEventLoop,
  type AbstractFuture,
  AbstractServer,
  type Address,
  CancelledError,
  type ProtocolFactory,
  RuntimeError,
  type SocketLike,
  type StreamProtocolLike,
  type Transport,
} from '@bight/loop-abstract';
import { checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import {
  asError,
  ConnectionContext,
  inDebugMode,
  nextTurn,
  StreamTransport,
  type TransportOwner,
  trackHandle,
  untrackHandle,
} from '@bight/loop-core/low-level';
import type { Listener, ListenerSink } from '../driver/net-driver.js';
import type { Network } from '../driver/network.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import { kAccept, kRest } from '../internals.js';
import type { TlsPlan } from '../tls/tls-plan.js';
import type { SocketFile } from '../unix/socket-file.js';
import { closeGracefully } from './close-gracefully.js';
import { makeCore, makeProtocol } from './make-connection.js';

/** What a server is made of. */
export interface ServerParts {
  readonly listeners: readonly Listener[];
  readonly protocolFactory: ProtocolFactory<StreamProtocolLike>;
  readonly backlog: number;
  /** TLS for every connection, or `null`. */
  readonly plan: TlsPlan | null;
  /** The socket's file, to be removed when the server is closed. */
  readonly file?: SocketFile | null;
}

/**
 * Accepts connections and makes a transport and a protocol for each.
 *
 * Made by `loop.createServer()` and `loop.createUnixServer()`.
 *
 * @python asyncio.Server
 */
export class Server extends AbstractServer {
  readonly #net: Network;
  readonly #parts: ServerParts;
  readonly #clients = new Set<Transport>();
  #listeners: readonly Listener[] | null;
  /** The futures of `waitClosed()`; `null` once the end has come. */
  #waiters: AbstractFuture<void>[] | null = [];
  #isServing = false;
  #starting: AbstractFuture<void> | null = null;
  #servingForever: AbstractFuture<void> | null = null;
  #context: ConnectionContext | null = null;
  /** What the listeners report to. */
  readonly #sink: ListenerSink = {
    // asyncio makes a task for each connection: the factory is called one iteration after the connection was seen.
    accepted: (channel) => this.#context?.soon(this.#net.loop, accept, [this, channel]),
    exhausted: (exception) => {
      const message = 'socket.accept() out of system resource';
      this.#net.loop.callExceptionHandler({ message, exception, socket: this.sockets[0] });
    },
  };

  /** Counts the transports. */
  readonly #owner: TransportOwner = {
    attach: (transport) => this.#clients.add(transport as Transport),
    detach: (transport) => {
      this.#clients.delete(transport as Transport);
      if (this.#clients.size === 0 && this.#listeners === null) this.#wakeUp();
    },
  };

  /** @internal */
  constructor(net: Network, parts: ServerParts) {
    super();
    this.#net = net;
    this.#parts = parts;
    this.#listeners = parts.listeners;
    trackHandle(net.loop, 'server', this);
  }

  override get sockets(): readonly SocketLike[] {
    return this.#listeners?.map(({ socket }) => socket) ?? [];
  }

  override getLoop(): AbstractEventLoop {
    return this.#net.loop as unknown as AbstractEventLoop;
  }

  override isServing(): boolean {
    return this.#isServing;
  }

  override startServing(): AbstractFuture<void> {
    return coroutine(this.#net.loop, () => this.#start());
  }

  *#start(): Generator<unknown, void, unknown> {
    if (this.#listeners === null) throw new RuntimeError(`server ${this} is closed`);
    if (this.#isServing) return;
    this.#starting ??= this.#listen(this.#listeners);
    // Where nothing had to be waited for, asyncio gives the loop a turn all the same.
    if (this.#starting.done()) yield* nextTurn(this.#net.loop);
    yield* this.#starting;
  }

  /** Makes every socket listen; the first that cannot closes them all. */
  #listen(listeners: readonly Listener[]): AbstractFuture<void> {
    this.#context = new ConnectionContext(this.#net.loop);
    const started = this.#net.loop.createFuture<void>();
    let missing = listeners.length;
    for (const listener of listeners) {
      // One that could not listen has closed them all.
      if (this.#listeners === null) break;
      listener.listen(this.#parts.backlog, this.#sink, (error) => {
        if (started.done()) return;
        if (error !== null) {
          started.setException(error);
          this.close();
        } else if (--missing === 0) {
          this.#isServing = this.#listeners !== null;
          started.setResult(undefined);
        }
      });
    }
    return started;
  }

  override serveForever(): AbstractFuture<void> {
    return coroutine(this.#net.loop, () => this.#serveForever());
  }

  *#serveForever(): Generator<unknown, void, unknown> {
    if (this.#servingForever !== null) {
      throw new RuntimeError(`server ${this} is already being awaited on serveForever()`);
    }
    if (this.#listeners === null) throw new RuntimeError(`server ${this} is closed`);
    const forever = this.#net.loop.createFuture<void>();
    this.#servingForever = forever;
    try {
      yield* this.#start();
      yield* forever;
    } catch (error) {
      if (error instanceof CancelledError && this.#listeners !== null) {
        this.close();
        // An idle client would keep the cancelled task waiting for ever.
        this.closeClients();
        yield* this.waitClosed();
      }
      throw error;
    } finally {
      this.#servingForever = null;
    }
  }

  override close(options: { grace: number }): AbstractFuture<void>;
  override close(options?: { grace?: null } | null): void;
  override close(options?: { grace?: number | null } | null): AbstractFuture<void> | undefined {
    const grace = checkOptions(options, ['grace']).grace ?? null;
    if (grace !== null) checkSeconds(grace, 'grace');
    this.#stopListening();
    return grace === null ? undefined : closeGracefully(this, this.#net.loop, grace);
  }

  #stopListening(): void {
    const listeners = this.#listeners;
    if (listeners === null) return;
    untrackHandle(this.#net.loop, this);
    this.#listeners = null;
    this.#parts.file?.remove();
    for (const listener of listeners) listener.close();
    this.#isServing = false;
    this.#servingForever?.cancel();
    if (this.#clients.size === 0) this.#wakeUp();
  }

  override closeClients(): void {
    for (const transport of [...this.#clients]) transport.close();
  }

  override abortClients(): void {
    for (const transport of [...this.#clients]) transport.abort();
  }

  override waitClosed(): AbstractFuture<void> {
    return coroutine(this.#net.loop, () => this.#waitClosed());
  }

  *#waitClosed(): Generator<unknown, void, unknown> {
    if (this.#waiters === null) return;
    const waiter = this.#net.loop.createFuture<void>();
    this.#waiters.push(waiter);
    yield* waiter;
  }

  #wakeUp(): void {
    const waiters = this.#waiters ?? [];
    this.#waiters = null;
    for (const waiter of waiters) {
      if (!waiter.done()) waiter.setResult(undefined);
    }
  }

  /** @internal */
  [kRest](): void {
    for (const listener of this.#listeners ?? []) listener.rest?.();
  }

  /** @internal */
  [kAccept](channel: SocketChannel): void {
    const { loop } = this.#net;
    if (this.#listeners === null) {
      channel.close();
      return;
    }
    try {
      const protocol = makeProtocol(channel, this.#parts.protocolFactory);
      const core = makeCore(this.#net, channel, protocol, this.#parts.plan, this.#owner);
      new StreamTransport(core);
      core.start(null);
    } catch (error) {
      const message = 'Error on transport creation for incoming connection';
      if (inDebugMode(loop)) loop.callExceptionHandler({ message, exception: asError(error) });
    }
  }

  /** A short description, for messages. */
  override toString(): string {
    const names = this.sockets.map((socket) => describeName(socket.getsockname<Address>()));
    return `<Server sockets=[${names.join(', ')}]>`;
  }
}

function accept(server: Server, channel: SocketChannel): void {
  server[kAccept](channel);
}

function describeName(name: Address): string {
  return typeof name === 'string' ? JSON.stringify(name) : `${name.host}:${name.port}`;
}

/**
 * Stops a server from accepting connections, before it is closed: `close()` drops those that were accepted and not
 * handed to a protocol yet. A few turns of the loop later there are none. For servers whose sockets another process
 * goes on to accept from.
 */
export function stopAccepting(server: AbstractServer): void {
  (server as { [kRest]?(): void })[kRest]?.();
}
