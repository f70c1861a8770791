// An echo server in a process of its own: `node echo-server.mjs tcp|tls|udp bight|node`. Tells its parent its port, and the
// processor time that it has used whenever it is asked.
import dgram from 'node:dgram';
import net from 'node:net';
import tls from 'node:tls';
import { ProactorEventLoop, SSLContext } from '@bight/loop-net';

const [, , transport, contender, key, cert] = process.argv;
const host = '127.0.0.1';
const credentials = { key, cert };

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ microseconds: user + system });
});
process.on('disconnect', () => process.exit());

const ready = (port) => process.send({ port });

function startNode() {
  if (transport === 'udp') {
    const socket = dgram.createSocket('udp4');
    socket.on('message', (data, { port, address }) => socket.send(data, port, address));
    socket.bind(0, host, () => ready(socket.address().port));
    return;
  }
  const serve = (socket) => {
    socket.setNoDelay(true);
    socket.on('data', (data) => socket.write(data));
    socket.on('error', () => {});
  };
  const server = transport === 'tls' ? tls.createServer(credentials, serve) : net.createServer(serve);
  server.listen(0, host, () => ready(server.address().port));
}

async function startBight() {
  const loop = new ProactorEventLoop();
  await loop.runUntilComplete(async () => {
    if (transport === 'udp') {
      const [endpoint] = await loop.createDatagramEndpoint(
        () => ({ datagramReceived: (data, from) => endpoint.sendto(data, from) }),
        { localAddr: { host, port: 0 } },
      );
      ready(endpoint.getExtraInfo('sockname').port);
      await loop.createFuture();
    }
    const echo = () => {
      let connection;
      return {
        connectionMade: (made) => {
          connection = made;
        },
        dataReceived: (data) => connection.write(data),
      };
    };
    const ssl = transport === 'tls' ? new SSLContext(credentials) : null;
    const server = await loop.createServer(echo, { host, ssl });
    ready(server.sockets[0].getsockname().port);
    await server.serveForever();
  });
}

if (contender === 'bight') await startBight();
else startNode();
