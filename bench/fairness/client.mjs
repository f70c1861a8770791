// Floods a program, and measures its answers meanwhile, from a process of its own.
//
// `{ flood: 'connection' | 'datagrams', port }` begins a flood, `{ flood: null }` ends it.
// `{ probe: 'connection' | 'http', port, seconds }` is answered with `{ latencies }`, in nanoseconds.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

const host = '127.0.0.1';
const chunk = Buffer.alloc(64 * 1024);
const datagram = Buffer.alloc(64);
/** The number of datagrams in each turn: more than a program can receive. */
const BURST = 100;
let stop = () => {};

function floodConnection(port) {
  const socket = net.connect(port, host);
  let isOver = false;
  const write = () => {
    while (!isOver && socket.write(chunk));
  };
  socket
    .on('connect', write)
    .on('drain', write)
    .on('error', () => {});
  return () => {
    isOver = true;
    socket.destroy();
  };
}

function floodWithDatagrams(port) {
  const socket = createSocket('udp4');
  let isOver = false;
  const send = () => {
    if (isOver) return;
    for (let sent = 0; sent < BURST; sent++) socket.send(datagram, port, host, () => {});
    setImmediate(send);
  };
  send();
  return () => {
    isOver = true;
    socket.close();
  };
}

async function echoes(port, seconds) {
  const socket = net.connect(port, host).setNoDelay();
  await once(socket, 'connect');
  const latencies = await until(seconds, async () => {
    socket.write('ping');
    await once(socket, 'data');
  });
  socket.destroy();
  return latencies;
}

async function requests(port, seconds) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const latencies = await until(seconds, async () => {
    const [response] = await once(http.get({ host, port, agent }), 'response');
    await once(response.resume(), 'end');
  });
  agent.destroy();
  return latencies;
}

async function until(seconds, ask) {
  const latencies = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const began = performance.now();
    await ask();
    latencies.push((performance.now() - began) * 1e6);
  }
  return latencies;
}

process.on('message', async ({ flood, probe, port, seconds }) => {
  if (flood !== undefined) {
    stop();
    stop = () => {};
    if (flood === 'connection') stop = floodConnection(port);
    else if (flood === 'datagrams') stop = floodWithDatagrams(port);
  } else {
    const latencies = probe === 'http' ? await requests(port, seconds) : await echoes(port, seconds);
    process.send({ latencies });
  }
});
process.once('disconnect', () => process.exit());
