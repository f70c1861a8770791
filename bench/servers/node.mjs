// Node's own modules: `node servers/node.mjs CONFIG`. ./README.md describes the servers of the benchmarks.
import { AsyncLocalStorage } from 'node:async_hooks';
import dgram from 'node:dgram';
import { createReadStream } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const { transport, mode, style, path, file, key, cert } = JSON.parse(process.argv[2]);
const ready = (port) => console.log(JSON.stringify({ port }));
process.stdin.resume().on('end', () => process.exit());

const handlers = {
  echo: (socket) => socket.on('data', (data) => socket.write(data)),
  'two-writes': (socket) =>
    socket.on('data', (data) => {
      const half = data.length >> 1;
      socket.cork();
      socket.write(data.subarray(0, half));
      socket.write(data.subarray(half));
      socket.uncork();
    }),
  // Node has no sendfile(), so the file is piped.
  download: (socket) => socket.once('data', () => createReadStream(file).pipe(socket)),
};

/** The bytes of a socket, for code that awaits them. */
class Arrivals {
  #waiting = null;
  #data = [];

  constructor(socket) {
    socket.on('data', (data) => this.#arrived(data)).on('close', () => this.#arrived(null));
  }

  #arrived(data) {
    if (this.#waiting === null) this.#data.push(data);
    else {
      this.#waiting(data);
      this.#waiting = null;
    }
  }

  next() {
    if (this.#data.length > 0) return this.#data.shift();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}

/** A minimal async function for each client: one `await` for bytes, and one for room to write. */
async function echoAwaited(socket) {
  const arrivals = new Arrivals(socket);
  for (let data = await arrivals.next(); data !== null; data = await arrivals.next()) {
    const hasRoom = socket.write(data);
    await (hasRoom ? undefined : new Promise((resolve) => socket.once('drain', resolve)));
  }
}

// A storage, as in any program that tracks its requests.
const storage = new AsyncLocalStorage();
if (style === 'awaited') handlers.echo = (socket) => storage.run(socket, echoAwaited, socket);

if (transport === 'udp') {
  const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 });
  // Without a callback Node does not report a datagram that could not be sent.
  const sent = style === 'checked' ? (error) => error && socket.emit('error', error) : undefined;
  socket.on('message', (data, { port, address }) => socket.send(data, port, address, sent));
  socket.bind(0, '127.0.0.1', () => ready(socket.address().port));
} else {
  const serve = (socket) => {
    socket.on('error', () => {});
    handlers[mode](socket);
  };
  const server =
    transport === 'tls' ? tls.createServer({ key, cert }, serve) : net.createServer({ noDelay: true }, serve);
  if (transport === 'unix') server.listen(path, 4096, () => ready(0));
  else server.listen(0, '127.0.0.1', 4096, () => ready(server.address().port));
}
