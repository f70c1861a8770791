import type { Buffer } from 'node:buffer';
import { coroutine } from '@bight/loop-core';
import {
  type AbstractServer,
  type BaseTransport,
  type CreateServerOptions,
  type Future,
  getRunningLoop,
  Protocol,
  type ProtocolFactory,
  type StreamProtocolLike,
  type Transport,
} from 'bight';
import type { Trace } from './trace.js';

// The functions return futures, which both async functions and generators can wait for.

/** Notes every call in a lane of the trace; what was received is kept and not noted, since it comes in any portions. */
export class Recorder extends Protocol {
  readonly lane: Trace;
  transport!: Transport;
  keepsOpen = false;
  notesFlow = true;
  data = '';
  readonly made = newFuture();
  readonly eof = newFuture();
  readonly lost = newFuture();
  #enough: { count: number; future: Future<void> }[] = [];

  constructor(lane: Trace) {
    super();
    this.lane = lane;
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as Transport;
    this.lane('made');
    this.made.setResult(undefined);
  }

  override dataReceived(data: Buffer): void {
    this.data += data.toString('latin1');
    const enough = this.#enough.filter(({ count }) => this.data.length >= count);
    this.#enough = this.#enough.filter((waiter) => !enough.includes(waiter));
    for (const { future } of enough) future.setResult(undefined);
  }

  override eofReceived(): boolean {
    this.lane('eof', this.data.length);
    this.eof.setResult(undefined);
    return this.keepsOpen;
  }

  override connectionLost(error: Error | null): void {
    this.lane('lost', error);
    this.lost.setResult(undefined);
  }

  override pauseWriting(): void {
    if (this.notesFlow) this.lane('pause');
  }

  override resumeWriting(): void {
    if (this.notesFlow) this.lane('resume');
  }

  /** Waits until this many bytes have come in all. */
  received(count: number): Future<void> {
    const future = newFuture();
    if (this.data.length >= count) future.setResult(undefined);
    else this.#enough.push({ count, future });
    return future;
  }
}

/** A new future of the running loop. */
export function newFuture<T = void>(): Future<T> {
  return getRunningLoop().createFuture<T>() as Future<T>;
}

/** A server on a free port of the loopback interface, and its port. */
export function serve(
  factory: ProtocolFactory<StreamProtocolLike>,
  options: CreateServerOptions = {},
): Future<[AbstractServer, number]> {
  const loop = getRunningLoop();
  return coroutine(loop, function* () {
    const server = yield* loop.createServer(factory, { host: '127.0.0.1', port: 0, ...options });
    return [server, server.sockets[0]!.getsockname().port];
  });
}

/** A connected client, the protocol at the other end, and the server; the latter two have both been made. */
export function pair<C extends StreamProtocolLike, A extends Recorder>(
  makeClient: () => C,
  makeAccepted: () => A,
): Future<[client: C, accepted: A, server: AbstractServer]> {
  const loop = getRunningLoop();
  return coroutine(loop, function* () {
    const arrived = newFuture<A>();
    const make = (): A => {
      const protocol = makeAccepted();
      arrived.setResult(protocol);
      return protocol;
    };
    const [server, port] = yield* serve(make);
    const [, client] = yield* loop.createConnection(makeClient, { host: '127.0.0.1', port });
    const accepted = yield* arrived;
    yield* accepted.made;
    return [client, accepted, server];
  });
}

/** Connects two recorders. */
export function recorders(trace: Trace, name = ''): Future<[Recorder, Recorder, AbstractServer]> {
  return pair(
    () => new Recorder(trace.lane(`${name}client`)),
    () => new Recorder(trace.lane(`${name}server`)),
  );
}

/** Waits for the ends of connections, and closes the server. */
export function end(server: AbstractServer, ...protocols: Recorder[]): Future<void> {
  return coroutine(getRunningLoop(), function* () {
    for (const protocol of protocols) yield* protocol.lost;
    server.close();
    yield* server.waitClosed();
  });
}
