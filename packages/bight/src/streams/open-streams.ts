import type {
  AbstractEventLoop,
  AbstractServer,
  Coroutine,
  CreateConnectionOptions,
  CreateServerOptions,
  CreateUnixConnectionOptions,
  CreateUnixServerOptions,
} from '@bight/loop-abstract';
import { checkCallback, checkOptionsObject } from '@bight/loop-abstract/validate';
import { coroutine, type Future, getRunningLoop } from '@bight/loop-core';
import { checkMaxBuffered } from './memory-cap.js';
import { checkLimit, StreamReader } from './stream-reader.js';
import { type ClientConnectedCallback, StreamReaderProtocol } from './stream-reader-protocol.js';
import { StreamWriter } from './stream-writer.js';

/** What every function that makes streams takes besides the loop's own options. */
export interface StreamOptions {
  /** In bytes: the longest line, and half of what a reader buffers before reading pauses. */
  limit?: number | null;
  /**
   * In bytes: how much a stream holds in memory at most in each direction before that is a BufferOverflowError; 64 MiB
   * by default, `Infinity` for no limit.
   */
  maxBuffered?: number | null;
}

/** A connection as a pair of streams. */
export type StreamPair = [reader: StreamReader, writer: StreamWriter];

/**
 * Opens a connection as a pair of streams.
 *
 * @param options - `host`, `port`, and everything else that `loop.createConnection()` takes; `limit` in bytes
 * @throws {ValueError} when `limit` or `maxBuffered` is not positive; what `createConnection` throws
 * @python asyncio.open_connection()
 */
export function openConnection(options: CreateConnectionOptions & StreamOptions): Future<StreamPair> {
  const { limit, maxBuffered, ...rest } = checkOptionsObject(options);
  return connect({ limit, maxBuffered }, (loop, protocol) => loop.createConnection(() => protocol, rest));
}

/**
 * Opens a connection to a Unix socket as a pair of streams.
 *
 * @param options - `path`, and everything else that `loop.createUnixConnection()` takes; `limit` in bytes
 * @python asyncio.open_unix_connection()
 */
export function openUnixConnection(options: CreateUnixConnectionOptions & StreamOptions): Future<StreamPair> {
  const { limit, maxBuffered, ...rest } = checkOptionsObject(options);
  return connect({ limit, maxBuffered }, (loop, protocol) => loop.createUnixConnection(() => protocol, rest));
}

/**
 * Serves connections with streams.
 *
 * @param clientConnected - called with a reader and a writer for every connection: a coroutine function runs as a
 *   task, and a plain one within `connectionMade()`, where there is no current task
 * @param options - `host`, `port`, and everything else that `loop.createServer()` takes; `limit` in bytes
 * @throws {ValueError} when `limit` or `maxBuffered` is not positive; what `createServer` throws
 * @python asyncio.start_server()
 */
export function startServer(
  clientConnected: ClientConnectedCallback,
  options?: (CreateServerOptions & StreamOptions) | null,
): Future<AbstractServer> {
  const { limit, maxBuffered, ...rest } = checkOptionsObject(options);
  const { loop, factory } = serve(clientConnected, { limit, maxBuffered });
  return loop.createServer(factory, rest) as Future<AbstractServer>;
}

/**
 * Serves connections to a Unix socket with streams.
 *
 * @param clientConnected - called with a reader and a writer for every connection: a coroutine function runs as a
 *   task, and a plain one within `connectionMade()`, where there is no current task
 * @param options - `path`, and everything else that `loop.createUnixServer()` takes; `limit` in bytes
 * @python asyncio.start_unix_server()
 */
export function startUnixServer(
  clientConnected: ClientConnectedCallback,
  options: CreateUnixServerOptions & StreamOptions,
): Future<AbstractServer> {
  const { limit, maxBuffered, ...rest } = checkOptionsObject(options);
  const { loop, factory } = serve(clientConnected, { limit, maxBuffered });
  return loop.createUnixServer(factory, rest) as Future<AbstractServer>;
}

type Connect = (
  loop: AbstractEventLoop,
  protocol: StreamReaderProtocol,
) => ReturnType<AbstractEventLoop['createConnection']>;

function connect(options: StreamOptions, open: Connect): Future<StreamPair> {
  const checked = check(options);
  const loop = getRunningLoop();
  return coroutine(loop, function* (): Coroutine<StreamPair> {
    const reader = new StreamReader({ ...checked, loop });
    const protocol = new StreamReaderProtocol(reader, null, loop);
    const [transport] = yield* open(loop, protocol);
    return [
      reader,
      new StreamWriter(transport, protocol, reader, loop, { maxBuffered: checked.maxBuffered }),
    ];
  });
}

function serve(clientConnected: ClientConnectedCallback, options: StreamOptions) {
  checkCallback(clientConnected, 'clientConnected');
  const checked = check(options);
  const loop = getRunningLoop();
  const { maxBuffered } = checked;
  const factory = () =>
    new StreamReaderProtocol(new StreamReader({ ...checked, loop }), clientConnected, loop, { maxBuffered });
  return { loop, factory };
}

function check({ limit, maxBuffered }: StreamOptions): Required<StreamOptions> {
  return { limit: checkLimit(limit), maxBuffered: checkMaxBuffered(maxBuffered) };
}
