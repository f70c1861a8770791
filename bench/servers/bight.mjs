// bight: `BIGHT_LOOP=selector node servers/bight.mjs CONFIG`. ./README.md describes the servers of the benchmarks.
import { open } from 'node:fs/promises';
import { SSLContext } from '@bight/loop-net';
import { getRunningLoop, run, startServer, startUnixServer } from 'bight';

const { transport, mode, style, path, file, key, cert } = JSON.parse(process.argv[2]);
const host = '127.0.0.1';
const ssl = transport === 'tls' ? new SSLContext({ key, cert }) : undefined;
const backlog = 4096;
const ready = (port) => console.log(JSON.stringify({ port }));
process.stdin.resume().on('end', () => process.exit());

class Echo {
  connectionMade(transport) {
    this.transport = transport;
  }
  dataReceived(data) {
    this.transport.write(data);
  }
}

class EchoInHalves extends Echo {
  dataReceived(data) {
    const half = data.length >> 1;
    this.transport.write(data.subarray(0, half));
    this.transport.write(data.subarray(half));
  }
}

class BorrowingEcho extends Echo {
  connectionMade(transport) {
    super.connectionMade(transport);
    transport.setReceiveMode('borrowed');
  }
}

class BufferedEcho extends Echo {
  memory = Buffer.allocUnsafeSlow(256 * 1024);
  getBuffer() {
    return this.memory;
  }
  bufferUpdated(length) {
    this.transport.write(this.memory.subarray(0, length));
  }
}

/** The least that an async function for each client can be: one promise for a message, and one for room to write. */
class AwaitingEcho extends Echo {
  #room = Promise.resolve();
  #deliver;
  connectionMade(transport) {
    super.connectionMade(transport);
    void this.#serve();
  }
  async #serve() {
    for (;;) {
      const data = await new Promise((resolve) => {
        this.#deliver = resolve;
      });
      this.transport.write(data);
      await this.#room;
    }
  }
  dataReceived(data) {
    this.#deliver(data);
  }
}

/** Sends the file to each client that sends something. */
const download = (loop) =>
  class extends Echo {
    dataReceived() {
      loop.createTask(async () => {
        const handle = await open(file);
        await loop.sendfile(this.transport, handle);
        this.transport.close();
        await handle.close();
      });
    }
  };

async function echoStreams(reader, writer) {
  for (;;) {
    const data = await reader.read(256 * 1024);
    if (data.length === 0) break;
    writer.write(data);
    await writer.drain();
  }
  writer.close();
}

async function serveSockets(loop) {
  const { Socket } = await import('@bight/sockets');
  const listener = new Socket();
  listener.bind({ host, port: 0 });
  listener.listen({ backlog });
  ready(listener.getsockname().port);
  for (;;) {
    const [sock] = await loop.sockAccept(listener);
    loop.createTask(async () => {
      for (;;) {
        const data = await loop.sockRecv(sock, 256 * 1024);
        if (data.length === 0) break;
        await loop.sockSendall(sock, data);
      }
      sock.close();
    });
  }
}

async function serveDatagrams(loop) {
  const [endpoint] = await loop.createDatagramEndpoint(
    () => ({ datagramReceived: (data, from) => endpoint.sendto(data, from) }),
    { localAddr: { host, port: 0 } },
  );
  ready(endpoint.getExtraInfo('sockname').port);
  await loop.createFuture();
}

async function serveStreams() {
  const server =
    transport === 'unix'
      ? await startUnixServer(echoStreams, { path, backlog })
      : await startServer(echoStreams, { host, ssl, backlog });
  ready(transport === 'unix' ? 0 : server.sockets[0].getsockname().port);
  await server.serveForever();
}

async function serveProtocol(loop) {
  const Protocol = { echo: Echo, 'two-writes': EchoInHalves, download: download(loop) }[mode];
  const Styled =
    { buffered: BufferedEcho, borrowed: BorrowingEcho, promises: AwaitingEcho }[style] ?? Protocol;
  const factory = () => new Styled();
  const server =
    transport === 'unix'
      ? await loop.createUnixServer(factory, { path, backlog })
      : await loop.createServer(factory, { host, ssl, backlog });
  ready(transport === 'unix' ? 0 : server.sockets[0].getsockname().port);
  await server.serveForever();
}

await run(async () => {
  const loop = getRunningLoop();
  if (style === 'sockets') await serveSockets(loop);
  else if (transport === 'udp') await serveDatagrams(loop);
  else if (style === 'streams') await serveStreams();
  else await serveProtocol(loop);
});
