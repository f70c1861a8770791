// Protocols over TCP, TLS and UDP against Node's own modules: the processor time that a server needs for one echo.
//
//   pnpm build && node bench/network.mjs [--rounds 5] [--seconds 0.5] [--connections 20]
import { execFileSync, fork } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compete, printRows } from './lib/rounds.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.5' },
    connections: { type: 'string', default: '20' },
  },
});
const connections = Number(values.connections);
const message = Buffer.alloc(1024, 'x');
const datagram = Buffer.alloc(64, 'x');
const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes', '-keyout', '-', '-out', '-'];
const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const pem = execFileSync('openssl', ['req', '-x509', ...curve, ...subject], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
const [key, cert] = String(pem).match(/-----BEGIN [\s\S]*?-----END [A-Z ]+-----\n/g);

const servers = new Map();

async function serverOf(transport, contender) {
  const name = `${transport} ${contender}`;
  if (!servers.has(name)) {
    const file = fileURLToPath(new URL('./peers/echo-server.mjs', import.meta.url));
    const child = fork(file, [transport, contender, key, cert]);
    const [{ port }] = await once(child, 'message');
    servers.set(name, { child, port });
  }
  return servers.get(name);
}

async function cpuMicroseconds(child) {
  child.send('cpu');
  const [{ microseconds }] = await once(child, 'message');
  return microseconds;
}

/** Keeps one message under way on each connection; returns how many came back. */
const clients = {
  tcp: (port) => streams(() => net.connect(port, '127.0.0.1')),
  tls: (port) => streams(() => tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false })),
  udp: async (port) => {
    const sockets = [];
    const count = { echoes: 0 };
    for (let index = 0; index < connections; index++) {
      const socket = dgram.createSocket('udp4');
      socket.on('message', () => {
        count.echoes++;
        socket.send(datagram);
      });
      socket.on('error', () => {});
      socket.connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.send(datagram);
      sockets.push(socket);
    }
    return { count, stop: () => sockets.map((socket) => socket.close()) };
  },
};

async function streams(connect) {
  const count = { echoes: 0 };
  const sockets = [...Array(connections)].map(connect);
  for (const socket of sockets) {
    await once(socket, socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect');
    let received = 0;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', ({ length }) => {
      received += length;
      if (received < message.length) return;
      received = 0;
      count.echoes++;
      socket.write(message);
    });
    socket.write(message);
  }
  return { count, stop: () => sockets.map((socket) => socket.destroy()) };
}

const measure = (transport, contender) => async () => {
  const { child, port } = await serverOf(transport, contender);
  const { count, stop } = await clients[transport](port);
  const cpuBefore = await cpuMicroseconds(child);
  const echoesBefore = count.echoes;
  await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
  const microseconds = (await cpuMicroseconds(child)) - cpuBefore;
  const echoes = count.echoes - echoesBefore;
  stop();
  return (microseconds * 1000) / echoes;
};

for (const transport of ['tcp', 'tls', 'udp']) {
  const contest = {
    name: `${transport} echo, ${connections} clients`,
    base: 'bight',
    contenders: { bight: measure(transport, 'bight'), node: measure(transport, 'node') },
    targets: { node: 0.95 },
  };
  printRows(await compete(contest, Number(values.rounds)));
}
for (const { child } of servers.values()) child.disconnect();
