// A flooded program that measures its latencies: `node fairness/program.mjs CONFIG`, with `{ kind: 'bight' | 'node',
// flood: 'connection' | 'datagrams' | 'callbacks' | 'nothing' }`. `BIGHT_LOOP` chooses the loop.
//
// Sends `{ ports: { flood, echo, http } }` when it is ready. Answers `{ probe: 'timer' | 'file', seconds }` with
// `{ latencies }`, in nanoseconds; `{ busy }` starts and stops the chain of callbacks. The other latencies are measured
// by client.mjs.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { promisify } from 'node:util';

const { kind, flood } = JSON.parse(process.argv[2]);
const host = '127.0.0.1';
const read = promisify(readFile);
const INTERVAL_MS = 5;

/** Serves the flood and the other connection, on Node's own modules. */
async function serveOnNode() {
  const sink = net
    .createServer((socket) => socket.on('data', () => {}).on('error', () => {}))
    .listen(0, host);
  const echo = net.createServer((socket) => socket.setNoDelay().on('data', (data) => socket.write(data)));
  echo.listen(0, host);
  const datagrams = createSocket('udp4').on('message', () => {});
  datagrams.bind(0, host);
  await Promise.all([once(sink, 'listening'), once(echo, 'listening'), once(datagrams, 'listening')]);
  const later = (callback) => setTimeout(callback, INTERVAL_MS);
  const flooded = flood === 'datagrams' ? datagrams : sink;
  return { flood: flooded.address().port, echo: echo.address().port, later, soon: setImmediate };
}

async function serveOnBight(loop) {
  const sink = await loop.createServer(() => ({ dataReceived() {} }), { host });
  class Echo {
    connectionMade(transport) {
      this.transport = transport;
    }
    dataReceived(data) {
      this.transport.write(data);
    }
  }
  const echo = await loop.createServer(() => new Echo(), { host });
  const [endpoint] = await loop.createDatagramEndpoint(() => ({ datagramReceived() {} }), {
    localAddr: { host, port: 0 },
  });
  const portOf = (server) => server.sockets[0].getsockname().port;
  const later = (callback) => loop.callLater(INTERVAL_MS / 1000, callback);
  const flooded = flood === 'datagrams' ? endpoint.getExtraInfo('sockname').port : portOf(sink);
  return { flood: flooded, echo: portOf(echo), later, soon: (callback) => loop.callSoon(callback) };
}

/** Measures the lateness of timers. */
function timers(later, seconds) {
  const latencies = [];
  const end = performance.now() + seconds * 1000;
  return new Promise((resolve) => {
    const next = () => {
      const due = performance.now() + INTERVAL_MS;
      later(() => {
        const now = performance.now();
        latencies.push(Math.max(now - due, 0) * 1e6);
        if (now < end) next();
        else resolve(latencies);
      });
    };
    next();
  });
}

async function files(seconds) {
  const latencies = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const began = performance.now();
    await read(process.argv[1]);
    latencies.push((performance.now() - began) * 1e6);
  }
  return latencies;
}

async function main(served) {
  const web = http.createServer((_request, response) => response.end('here')).listen(0, host);
  await once(web, 'listening');
  let isBusy = false;
  const chain = () => {
    if (isBusy) served.soon(chain);
  };
  process.on('message', async ({ probe, seconds, busy }) => {
    if (busy !== undefined) {
      const begins = busy && !isBusy;
      isBusy = busy;
      if (begins) chain();
    } else {
      const latencies = probe === 'timer' ? await timers(served.later, seconds) : await files(seconds);
      process.send({ latencies });
    }
  });
  process.once('disconnect', () => process.exit());
  process.send({ ports: { flood: served.flood, echo: served.echo, http: web.address().port } });
}

if (kind === 'node') await main(await serveOnNode());
else {
  const { getRunningLoop, run } = await import('bight');
  await run(async () => {
    const loop = getRunningLoop();
    await main(await serveOnBight(loop));
    await loop.createFuture();
  });
}
