// TLS connections that come and go in every way, for a long time: whole ones, handshakes that fail on either side,
// halves that are closed, upgrades, contexts that are dropped, threads that end in the middle of a handshake. Rests now
// and then, and looks whether anything has become more: memory, descriptors, handles, connections and contexts of
// OpenSSL. Prints what it measured at every rest; ends with status 1 when something grows.
//
//   node --expose-gc bench/soak/tls.mjs [--minutes 20] [--seed 1] [--way on|off] [--leak BYTES]
//
// `--leak` keeps so many bytes for each connection: what the soak has to find.
import { once } from 'node:events';
import net from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import v8 from 'node:v8';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { setNativeTls } from '@bight/loop-net/low-level';
import { Random } from '@bight/loop-testing';
import { TlsConnection, TlsContext } from '@bight/sockets/low-level';
import { gather, openConnection, SelectorEventLoop, SSLContext, sleep, startServer, wrapFuture } from 'bight';
import Table from 'cli-table3';
import { makeCertificate } from '../lib/certificate.mjs';
import { growth, sample } from './sample.mjs';

const RESTS = 24;
const CONNECTION_WORKERS = 8;
const HOST = '127.0.0.1';
/** More than the sockets of both ends take, and more than several records. */
const payload = Buffer.from(Array.from({ length: 600 * 1024 }, (_, index) => index % 251));

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    way: { type: 'string', default: 'on' },
    leak: { type: 'string', default: '0' },
  },
});

/** Reads on and on, and gives back what it reads. */
async function echo(reader, writer) {
  try {
    for (let data = await reader.read(65_536); data.length > 0; data = await reader.read(65_536)) {
      writer.write(data);
      await writer.drain();
    }
    writer.close();
    await writer.waitClosed();
  } catch (error) {
    // The client has gone away.
    if (error.code === undefined) throw error;
  }
}

/** Reads one line in the clear, and goes on with TLS. */
const upgrading = (context) => async (reader, writer) => {
  try {
    await reader.readline();
    writer.write(Buffer.from('ready\n'));
    await writer.startTls(context);
    await echo(reader, writer);
  } catch (error) {
    if (error.code === undefined) throw error;
  }
};

class Connections {
  counts = { connections: 0, failures: 0, upgrades: 0, halves: 0, threads: 0 };
  #random;
  #identity = makeCertificate();
  #stranger = makeCertificate();
  #ports = {};
  #servers = [];
  #contexts = {};
  #leaked = [];

  constructor(seed) {
    this.#random = new Random(seed);
  }

  async start() {
    const identity = this.#identity;
    const { cert: ca } = identity;
    const kinds = {
      usual: [echo, new SSLContext(identity)],
      old: [echo, new SSLContext({ ...identity, maxVersion: 'TLSv1.2' })],
      asking: [echo, new SSLContext({ ...identity, ca, requestCert: true })],
      plain: [upgrading(new SSLContext(identity)), undefined],
    };
    for (const [name, [serve, ssl]] of Object.entries(kinds)) {
      const server = await startServer(serve, { host: HOST, ssl });
      this.#servers.push(server);
      this.#ports[name] = server.sockets[0].getsockname().port;
    }
    this.#contexts = {
      usual: new SSLContext({ ca }),
      newest: new SSLContext({ ca, minVersion: 'TLSv1.3' }),
      showing: new SSLContext({ ...identity, ca }),
      strange: new SSLContext({ ca: this.#stranger.cert }),
    };
  }

  async stop() {
    for (const server of this.#servers) server.close();
    for (const server of this.#servers) await server.waitClosed();
    await sleep(0.1);
  }

  async runWhile(goesOn) {
    const ways = [
      ...Array(4).fill(this.#whole),
      this.#resumed,
      this.#dropped,
      this.#refused,
      this.#upgraded,
      this.#half,
      this.#garbage,
    ];
    const work = async () => {
      do {
        await ways[this.#random.below(ways.length)].call(this);
        this.counts.connections++;
        const kept = Number(options.leak);
        if (kept > 0) this.#leaked.push(Buffer.allocUnsafeSlow(kept));
      } while (goesOn());
    };
    const threads = async () => {
      do {
        await this.#thread();
        await sleep(0.5);
      } while (goesOn());
    };
    await gather([...Array.from({ length: CONNECTION_WORKERS }, () => work), threads]);
  }

  #open(port, ssl, more = {}) {
    return openConnection({ host: HOST, port: this.#ports[port], ssl, serverHostname: 'localhost', ...more });
  }

  async #exchange(reader, writer) {
    const length = 1 + this.#random.below(this.#random.chance(0.1) ? payload.length : 4000);
    writer.write(payload.subarray(0, length));
    const reply = await reader.readexactly(length);
    if (!reply.equals(payload.subarray(0, length))) throw new Error('the echo is wrong');
    writer.close();
    await writer.waitClosed();
  }

  async #whole() {
    const port = ['usual', 'old', 'asking'][this.#random.below(3)];
    const { usual, showing } = this.#contexts;
    await this.#exchange(...(await this.#open(port, port === 'asking' ? showing : usual)));
  }

  /** A context of its own, twice, which is forgotten. */
  async #resumed() {
    const ssl = new SSLContext({ ca: this.#identity.cert });
    for (let round = 0; round < 2; round++) await this.#exchange(...(await this.#open('usual', ssl)));
  }

  /** The client goes away with bytes under way. */
  async #dropped() {
    const [, writer] = await this.#open('usual', this.#contexts.usual);
    writer.write(payload.subarray(0, this.#random.below(payload.length)));
    if (this.#random.chance(0.5)) await sleep(0.001);
    writer.transport.abort();
    await failing(writer.waitClosed());
  }

  /** A handshake fails: a name, an authority, a version, a missing certificate. */
  async #refused() {
    const { usual, strange, newest } = this.#contexts;
    const attempts = [
      () => this.#open('usual', usual, { serverHostname: 'wrong.example' }),
      () => this.#open('usual', strange),
      () => this.#open('old', newest),
      async () => {
        // In TLS 1.3 the client learns of it when it reads.
        const [reader, writer] = await this.#open('asking', usual);
        try {
          if ((await reader.read()).length === 0) throw Object.assign(new Error('ended'), { code: 'ENDED' });
        } finally {
          writer.transport.abort();
        }
      },
    ];
    if (!(await failing(attempts[this.#random.below(attempts.length)]())))
      throw new Error('a handshake has not failed');
    this.counts.failures++;
  }

  async #upgraded() {
    const [reader, writer] = await openConnection({ host: HOST, port: this.#ports.plain });
    writer.write(Buffer.from('upgrade\n'));
    await reader.readline();
    await writer.startTls(this.#contexts.usual, { serverHostname: 'localhost' });
    await this.#exchange(reader, writer);
    this.counts.upgrades++;
  }

  /** One half ends without TLS's own end, and the other one goes on for a while. */
  async #half() {
    const { port, relay } = await relayTo(this.#ports.usual);
    const [reader, writer] = await openConnection({
      host: HOST,
      port,
      ssl: this.#contexts.usual,
      serverHostname: 'localhost',
    });
    writer.write(payload.subarray(0, 1000));
    await reader.readexactly(1000);
    relay[this.#random.below(2)].end();
    await failing(reader.read());
    writer.close();
    await failing(writer.waitClosed());
    for (const socket of relay) socket.destroy();
    this.counts.halves++;
  }

  /** A client that begins a handshake, or something else, and goes away. */
  async #garbage() {
    const socket = net.connect(this.#ports.usual, HOST);
    const over = new Promise((resolve) => socket.on('error', () => {}).once('close', resolve));
    const bytes = this.#random.chance(0.5) ? Buffer.from('GET / HTTP/1.1\r\n\r\n') : clientHello();
    socket.write(bytes.subarray(0, 1 + this.#random.below(bytes.length)));
    if (this.#random.chance(0.5)) socket.end().resume();
    else await sleep(0.002);
    socket.destroy();
    await wrapFuture(over);
    this.counts.failures++;
  }

  /** A thread with connections of its own ends in the middle of them. */
  async #thread() {
    const data = { port: this.#ports.usual, ca: this.#identity.cert, way: options.way };
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: data });
    const over = once(worker, 'exit');
    await wrapFuture(once(worker, 'message'));
    await sleep(this.#random.next() * 0.01);
    worker.terminate();
    await wrapFuture(over);
    this.counts.threads++;
  }
}

/** Whether a promise is rejected with an error that has a code. */
async function failing(promise) {
  try {
    await promise;
    return false;
  } catch (error) {
    if (error.code === undefined) throw error;
    return true;
  }
}

/** Carries bytes between its client and a server; the two sockets. */
async function relayTo(target) {
  const relay = [];
  const server = net.createServer({ allowHalfOpen: true }, (front) => {
    const back = net.connect({ port: target, host: HOST, allowHalfOpen: true });
    relay.push(front, back);
    for (const socket of relay) socket.on('error', () => {});
    front.on('data', (data) => back.writable && back.write(data));
    back.on('data', (data) => front.writable && front.write(data));
    server.close();
  });
  server.listen(0, HOST);
  await wrapFuture(once(server, 'listening'));
  return { port: server.address().port, relay };
}

/** The first bytes of a client, cut off wherever the caller likes. */
function clientHello() {
  const body = Buffer.concat([Buffer.of(3, 3), Buffer.alloc(32, 7), Buffer.of(0, 0, 2, 0x13, 1, 1, 0, 0, 0)]);
  const message = Buffer.concat([Buffer.of(1, 0, 0, body.length), body]);
  return Buffer.concat([Buffer.of(22, 3, 1, 0, message.length), message]);
}

async function inThread({ port, ca, way }) {
  setNativeTls(way === 'on');
  const ssl = new SSLContext({ ca });
  const loop = new SelectorEventLoop();
  await loop.runUntilComplete(async () => {
    const open = () => openConnection({ host: HOST, port, ssl, serverHostname: 'localhost' });
    const [reader, writer] = await open();
    writer.write(payload.subarray(0, 100_000));
    await reader.readexactly(50_000);
    parentPort.postMessage('busy');
    // Handshakes are under way from now on until the thread is terminated.
    for (;;) (await open())[1].transport.abort();
  });
}

async function soak() {
  const minutes = Number(options.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes must be a positive number, not ${options.minutes}`);
  setNativeTls(options.way === 'on');
  console.log(`TLS (${options.way}) on Node.js ${process.version}, ${minutes} minutes, seed ${options.seed}`);
  const loop = new SelectorEventLoop();
  const samples = await loop.runUntilComplete(async () => {
    const all = new Connections(Number(options.seed));
    await all.start();
    const found = [];
    const began = performance.now();
    for (let rest = 1; rest <= RESTS; rest++) {
      await all.runWhile(() => performance.now() < began + (rest / RESTS) * minutes * 60_000);
      await sleep(0.2);
      const row = await sample(loop, all.counts, (performance.now() - began) / 1000);
      const count = (Class) => v8.queryObjects(Class, { format: 'count' });
      found.push({ ...row, 'TLS connections': count(TlsConnection), 'TLS contexts': count(TlsContext) });
    }
    await all.stop();
    return found;
  });
  loop.assertNoLeaks();
  loop.close();
  const table = new Table({ head: Object.keys(samples[0]), style: { head: [], compact: true } });
  for (const row of samples) table.push(Object.values(row));
  console.log(table.toString());
  const problems = growth(samples, ['TLS connections', 'TLS contexts']);
  for (const problem of problems) console.log(`grows: ${problem}`);
  if (problems.length === 0) console.log('nothing grows');
  return problems.length === 0 ? 0 : 1;
}

if (isMainThread) process.exitCode = await soak();
else await inThread(workerData);
