import type {
  AbstractServer,
  CreateServerOptions,
  StreamProtocolLike,
  Transport,
} from '@bight/loop-abstract';
import { Recording } from '../../../../test/support/recording.js';
import type { TestLoop } from './loops.js';

/** A server at a free port of the loopback interface. */
export async function serve(
  loop: TestLoop,
  factory: () => StreamProtocolLike,
  options: CreateServerOptions = {},
): Promise<{ server: AbstractServer; host: string; port: number }> {
  const server = await loop.createServer(factory, { host: '127.0.0.1', ...options });
  const { host, port } = server.sockets[0]!.getsockname();
  return { server, host, port };
}

/** Both ends of a connection over TCP. */
export interface Pair<A, B> {
  client: A;
  accepted: B;
  transport: Transport;
  server: AbstractServer;
}

/** Connects two protocols over TCP. */
export async function connectPair<A extends StreamProtocolLike, B extends Recording>(
  loop: TestLoop,
  makeClient: () => A,
  makeAccepted: () => B,
): Promise<Pair<A, B>> {
  const made: B[] = [];
  const arrived = loop.createFuture<void>();
  const factory = () => {
    const protocol = makeAccepted();
    made.push(protocol);
    loop.callSoon(() => loop.callSoon(() => arrived.done() || arrived.setResult(undefined)));
    return protocol;
  };
  const { server, host, port } = await serve(loop, factory);
  const [transport, client] = await loop.createConnection(makeClient, { host, port });
  await arrived;
  return { client, accepted: made[0]!, transport, server };
}

/** Connects two recording protocols. */
export function recordingPair(loop: TestLoop): Promise<Pair<Recording, Recording>> {
  return connectPair(
    loop,
    () => new Recording(loop),
    () => new Recording(loop),
  );
}
