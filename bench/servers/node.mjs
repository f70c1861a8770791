// Node's own modules: `node servers/node.mjs CONFIG`. ./README.md says what a server of the benchmarks does.
import dgram from 'node:dgram';
import { createReadStream } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const { transport, mode, path, file, key, cert } = JSON.parse(process.argv[2]);
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
  // There is no sendfile() in Node: a pipe is what one has.
  download: (socket) => socket.once('data', () => createReadStream(file).pipe(socket)),
};

if (transport === 'udp') {
  const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 });
  socket.on('message', (data, { port, address }) => socket.send(data, port, address));
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
