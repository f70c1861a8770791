import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import type {
  AbstractServer,
  DatagramTransport,
  InetAddress,
  NetLoop,
  Transport,
} from '@bight/loop-abstract';
import { type CoreEventLoop, sleep } from '@bight/loop-core';
import { sendAndFetch } from './sock-scenario.js';

/** A loop that can do what the scenarios do. */
export type NetworkedLoop = CoreEventLoop & NetLoop;

const BYTES = 300_000;
const CONNECTIONS = 2;
const DATAGRAMS = 8;

/** What a scenario saw. Errors are those that were reported. */
export class Sightings {
  readonly errors: NodeJS.ErrnoException[] = [];
  readonly complaints: string[] = [];
  completed = 0;

  error(error: unknown): void {
    this.errors.push(error as NodeJS.ErrnoException);
  }

  complain(complaint: string): void {
    this.complaints.push(complaint);
  }
}

/** A protocol that checks the order of its callbacks. */
class Checked {
  readonly seen: Sightings;
  readonly lost;
  transport!: Transport;
  received = 0;
  #state: 'new' | 'connected' | 'lost' = 'new';

  constructor(loop: NetworkedLoop, seen: Sightings) {
    this.seen = seen;
    this.lost = loop.createFuture<void>();
  }

  connectionMade(transport: Transport): void {
    if (this.#state !== 'new') this.seen.complain(`connectionMade when ${this.#state}`);
    this.#state = 'connected';
    this.transport = transport;
  }

  dataReceived(data: Buffer): void {
    if (this.#state !== 'connected') this.seen.complain(`dataReceived when ${this.#state}`);
    for (let i = 0; i < data.length; i++) {
      if (data[i] !== (this.received + i) % 251) {
        this.seen.complain(`byte ${this.received + i} is wrong`);
        break;
      }
    }
    this.received += data.length;
  }

  eofReceived(): boolean {
    return false;
  }

  connectionLost(error: Error | null): void {
    if (this.#state !== 'connected') this.seen.complain(`connectionLost when ${this.#state}`);
    this.#state = 'lost';
    if (error !== null) this.seen.error(error);
    this.lost.setResult(undefined);
  }
}

class Echo extends Checked {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.transport.write(data);
  }
}

const pattern = Buffer.from(Array.from({ length: BYTES }, (_, index) => index % 251));

type Connect = (factory: () => Checked) => PromiseLike<[Transport, Checked]>;

/** Sends everything in pieces of several sizes, and waits until as much has come back. */
async function visit(loop: NetworkedLoop, seen: Sightings, connect: Connect): Promise<void> {
  const client = new Checked(loop, seen);
  try {
    await connect(() => client);
  } catch (error) {
    seen.error(error);
    return;
  }
  client.transport.writelines([pattern.subarray(0, 10), pattern.subarray(10, 1000)]);
  client.transport.write(pattern.subarray(1000));
  client.transport.writeEof();
  await client.lost;
  if (client.received === BYTES) seen.completed++;
}

async function serveAndVisit(
  loop: NetworkedLoop,
  seen: Sightings,
  listen: (factory: () => Checked) => PromiseLike<AbstractServer>,
  connect: (server: AbstractServer) => Connect,
): Promise<void> {
  const accepted: Checked[] = [];
  let server: AbstractServer;
  try {
    server = await listen(() => {
      const echo = new Echo(loop, seen);
      accepted.push(echo);
      return echo;
    });
  } catch (error) {
    seen.error(error);
    return;
  }
  const to = connect(server);
  for (let number = 0; number < CONNECTIONS; number++) await visit(loop, seen, to);
  server.close();
  server.abortClients();
  await server.waitClosed();
}

const tcp = (loop: NetworkedLoop, seen: Sightings) =>
  serveAndVisit(
    loop,
    seen,
    (factory) => loop.createServer(factory as never, { host: '127.0.0.1', port: 0 }),
    (server) => {
      const { port } = server.sockets[0]!.getsockname() as InetAddress;
      return (factory) => loop.createConnection(factory as never, { host: '127.0.0.1', port }) as never;
    },
  );

const path = `/tmp/faults-${process.pid}.sock`;
process.once('exit', () => rmSync(path, { force: true }));

const unix = async (loop: NetworkedLoop, seen: Sightings) => {
  await serveAndVisit(
    loop,
    seen,
    (factory) => loop.createUnixServer(factory as never, { path }),
    () => (factory) => loop.createUnixConnection(factory as never, { path }) as never,
  );
  rmSync(path, { force: true });
};

class DatagramEcho {
  readonly #seen: Sightings;
  #transport!: DatagramTransport;

  constructor(seen: Sightings) {
    this.#seen = seen;
  }

  connectionMade(transport: DatagramTransport): void {
    this.#transport = transport;
  }

  datagramReceived(data: Buffer, source: InetAddress): void {
    this.#transport.sendto(data, source);
  }

  errorReceived(error: Error): void {
    this.#seen.error(error);
  }

  connectionLost(error: Error | null): void {
    if (error !== null) this.#seen.error(error);
  }
}

class DatagramClient extends DatagramEcho {
  readonly answers = new Set<string>();

  override datagramReceived(data: Buffer): void {
    this.answers.add(String(data));
  }
}

/** Sends each datagram until it comes back: they may get lost. */
async function udp(loop: NetworkedLoop, seen: Sightings): Promise<void> {
  const open: DatagramTransport[] = [];
  try {
    const [server] = await loop.createDatagramEndpoint(() => new DatagramEcho(seen) as never, {
      localAddr: { host: '127.0.0.1', port: 0 },
    });
    open.push(server);
    const [transport, client] = await loop.createDatagramEndpoint(() => new DatagramClient(seen) as never, {
      remoteAddr: server.getExtraInfo('sockname') as InetAddress,
    });
    open.push(transport);
    const { answers } = client as unknown as DatagramClient;
    for (let number = 0; number < DATAGRAMS; number++) {
      for (let tries = 0; tries < 100 && !answers.has(String(number)); tries++) {
        if (tries % 10 === 0) transport.sendto(Buffer.from(String(number)));
        await sleep(0.002);
      }
    }
    if (answers.size === DATAGRAMS) seen.completed = CONNECTIONS;
  } catch (error) {
    seen.error(error);
  } finally {
    for (const transport of open) transport.abort();
    await sleep(0);
  }
}

const file = `/tmp/faults-${process.pid}.data`;
process.once('exit', () => rmSync(file, { force: true }));

/** Sends a file to each client. */
class Sender extends Checked {
  readonly #loop: NetworkedLoop;
  sent: PromiseLike<void> | null = null;

  constructor(loop: NetworkedLoop, seen: Sightings) {
    super(loop, seen);
    this.#loop = loop;
  }

  override connectionMade(transport: Transport): void {
    super.connectionMade(transport);
    this.sent = this.#loop.createTask(async () => {
      const descriptor = openSync(file, 'r');
      try {
        await this.#loop.sendfile(transport, descriptor);
      } catch (error) {
        this.seen.error(error);
      } finally {
        closeSync(descriptor);
        transport.close();
      }
    });
  }
}

async function sendfile(loop: NetworkedLoop, seen: Sightings): Promise<void> {
  writeFileSync(file, pattern);
  const senders: Sender[] = [];
  let server: AbstractServer;
  try {
    const factory = () => {
      const sender = new Sender(loop, seen);
      senders.push(sender);
      return sender as never;
    };
    server = await loop.createServer(factory, { host: '127.0.0.1', port: 0 });
  } catch (error) {
    seen.error(error);
    return;
  }
  const { port } = server.sockets[0]!.getsockname() as InetAddress;
  for (let number = 0; number < CONNECTIONS; number++) {
    const client = new Checked(loop, seen);
    try {
      await loop.createConnection(() => client as never, { host: '127.0.0.1', port });
      await client.lost;
      if (client.received === BYTES) seen.completed++;
    } catch (error) {
      seen.error(error);
    }
  }
  for (const { sent } of senders) await sent;
  server.close();
  server.abortClients();
  await server.waitClosed();
}

const sockets = (loop: NetworkedLoop, seen: Sightings) =>
  sendAndFetch(loop as never, seen, pattern, file, CONNECTIONS);

/** What is done while calls fail. Each ends by itself, and has completed twice when nothing went wrong. */
export const scenarios = { tcp, unix, udp, sendfile, sockets } satisfies Record<
  string,
  (loop: NetworkedLoop, seen: Sightings) => Promise<void>
>;

/** Whether everything went as if nothing had failed. */
export function wentWell(seen: Sightings): boolean {
  return seen.completed === CONNECTIONS && seen.errors.length === 0;
}
