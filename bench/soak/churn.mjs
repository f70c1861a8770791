// The work of the soak: connections that end in every way, over TCP, Unix sockets and TLS, files that are sent, tasks,
// timers, datagrams, processes, signals, calls in pools of threads and of processes, worker threads with loops of their
// own. Everything is checked; a wrong result is an error.
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { Random } from '@bight/loop-testing';
import {
  createDefaultContext,
  createSubprocessExec,
  gather,
  openConnection,
  openUnixConnection,
  PIPE,
  ProcessPoolExecutor,
  SSLContext,
  sleep,
  startServer,
  startUnixServer,
  toThread,
  waitFor,
  wrapFuture,
} from 'bight';
import { makeCertificate } from '../lib/certificate.mjs';

const CONNECTION_WORKERS = 16;
const PROCESS_WORKERS = 2;
/** The errors of a connection that was aborted, by this end or by the peer. */
const BROKEN = ['ECONNRESET', 'EPIPE', 'ERR_SSL_UNEXPECTED_EOF_WHILE_READING'];
const payload = Buffer.from(Array.from({ length: 256 * 1024 }, (_, index) => index % 251));

/** Works until a rest, and then closes everything. */
export class Churn {
  counts = {
    connections: 0,
    files: 0,
    tasks: 0,
    timers: 0,
    datagrams: 0,
    processes: 0,
    signals: 0,
    calls: 0,
    pools: 0,
    threads: 0,
  };
  #loop;
  #random;
  #only;
  #leak;
  #servers = [];
  #port = 0;
  #tlsPort = 0;
  #clientContext = null;
  #endpoint = null;
  #path = path.join(tmpdir(), `soak-${process.pid}.sock`);
  #file = path.join(tmpdir(), `soak-${process.pid}.bin`);

  /**
   * @param only whether there are only short connections: for a run that measures the cost of each
   * @param leak called for every connection
   */
  constructor(loop, { seed, only = false, leak = () => {} }) {
    this.#loop = loop;
    this.#random = new Random(seed);
    this.#only = only;
    this.#leak = leak;
  }

  async start() {
    const identity = makeCertificate();
    this.#clientContext = createDefaultContext({ ca: identity.cert });
    writeFileSync(this.#file, payload);
    const tcp = await startServer(echo, { host: '127.0.0.1' });
    const tls = await startServer(echo, { host: '127.0.0.1', ssl: new SSLContext(identity) });
    this.#port = tcp.sockets[0].getsockname().port;
    this.#tlsPort = tls.sockets[0].getsockname().port;
    this.#servers = [tcp, tls, await startUnixServer(echo, { path: this.#path })];
    [this.#endpoint] = await this.#loop.createDatagramEndpoint(() => new DatagramEcho(), {
      localAddr: { host: '127.0.0.1', port: 0 },
    });
  }

  async stop() {
    for (const server of this.#servers) server.close();
    for (const server of this.#servers) await server.waitClosed();
    this.#endpoint.close();
    rmSync(this.#path, { force: true });
    rmSync(this.#file, { force: true });
    await sleep(0.1);
  }

  /** Works as long as `goesOn()` returns true, and at least once, since a rest after no work would compare nothing. */
  async runWhile(goesOn) {
    const repeat = (work) => async () => {
      do await work.call(this);
      while (goesOn());
    };
    const connections = Array.from({ length: CONNECTION_WORKERS }, () => repeat(this.#connect));
    const others = [
      ...Array.from({ length: PROCESS_WORKERS }, () => repeat(this.#spawn)),
      repeat(this.#sendFile),
      repeat(this.#manyTasks),
      repeat(this.#manyTimers),
      repeat(this.#datagrams),
      repeat(this.#signal),
      repeat(this.#callThread),
      repeat(this.#callProcess),
      repeat(this.#runThread),
    ];
    await gather(this.#only ? connections : [...connections, ...others]);
  }

  async #open(kind) {
    if (kind === 'unix') return await openUnixConnection({ path: this.#path });
    if (kind === 'tcp') return await openConnection({ host: '127.0.0.1', port: this.#port });
    const secure = { ssl: this.#clientContext, serverHostname: 'localhost' };
    return await openConnection({ host: '127.0.0.1', port: this.#tlsPort, ...secure });
  }

  async #connect() {
    // A handshake costs as much as many connections.
    const kinds = this.#only ? ['tcp', 'unix'] : ['tcp', 'unix', 'tls'];
    const kind = kinds[this.#random.below(kinds.length)];
    const [reader, writer] = await this.#open(kind);
    this.#leak();
    const length = 1 + this.#random.below(this.#only ? 100 : payload.length);
    const exchange = async () => {
      writer.write(payload.subarray(0, length));
      await writer.drain();
      const reply = await reader.readexactly(length);
      if (!reply.equals(payload.subarray(0, length))) throw new Error('the echo is wrong');
    };
    if (this.#random.chance(0.2)) {
      // A client aborts.
      try {
        await waitFor(exchange, this.#random.next() * 0.002);
      } catch (error) {
        if (error.name !== 'TimeoutError') throw error;
      }
      writer.transport.abort();
    } else {
      await exchange();
      if (kind !== 'tls' && this.#random.chance(0.5)) {
        writer.writeEof();
        await reader.read();
      }
      writer.close();
    }
    await closed(writer);
    this.counts.connections++;
  }

  async #sendFile() {
    const file = await wrapFuture(open(this.#file));
    try {
      const [reader, writer] = await this.#open(this.#random.chance(0.3) ? 'tls' : 'tcp');
      const [sent, reply] = await gather([
        () => this.#loop.sendfile(writer.transport, file),
        () => reader.readexactly(payload.length),
      ]);
      if (sent !== payload.length || !reply.equals(payload)) throw new Error('the file came back wrong');
      writer.close();
      await closed(writer);
    } finally {
      await wrapFuture(file.close());
    }
    this.counts.files++;
    await sleep(0.01);
  }

  async #signal() {
    const came = this.#loop.createFuture();
    this.#loop.addSignalHandler('SIGUSR2', () => {
      if (!came.done()) came.setResult(null);
    });
    process.kill(process.pid, 'SIGUSR2');
    await came;
    this.#loop.removeSignalHandler('SIGUSR2');
    this.counts.signals++;
    await sleep(0.01);
  }

  async #callThread() {
    const number = this.#random.below(1000);
    if ((await toThread((n) => n + 1, [number])) !== number + 1) throw new Error('a thread counts wrong');
    this.counts.calls++;
    await sleep(0.01);
  }

  /** Makes and closes a process pool; cancels some calls while they run. */
  async #callProcess() {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    try {
      const number = this.#random.below(1000);
      const result = await this.#loop.runInExecutor(pool, (n) => n + 1, [number]);
      if (result !== number + 1) throw new Error('a process counts wrong');
      if (this.#random.chance(0.5)) this.#loop.runInExecutor(pool, (n) => n, [number]).cancel();
    } finally {
      await wrapFuture(pool.shutdown());
    }
    this.counts.pools++;
    await sleep(0.1);
  }

  /** Runs a worker thread with a loop and a connection, which ends by itself or is terminated. */
  async #runThread() {
    const terminated = this.#random.chance(0.5);
    const worker = new Worker(new URL('thread.mjs', import.meta.url), {
      workerData: { loop: this.#loop.constructor.name, port: this.#port, stays: terminated },
    });
    const over = once(worker, 'exit');
    const [message] = await wrapFuture(once(worker, 'message'));
    if (message !== 'echoed') throw new Error('the echo in the thread is wrong');
    if (terminated) worker.terminate();
    await wrapFuture(over);
    this.counts.threads++;
    await sleep(0.1);
  }

  async #manyTasks() {
    const tasks = Array.from({ length: 100 }, () =>
      this.#loop.createTask(async () => {
        await sleep(this.#random.next() * 0.01);
        await gather([() => sleep(0), () => sleep(0)]);
      }),
    );
    for (const task of tasks) if (this.#random.chance(0.3)) task.cancel();
    await gather(tasks, { returnExceptions: true });
    this.counts.tasks += tasks.length;
  }

  async #manyTimers() {
    const timers = Array.from({ length: 1000 }, () =>
      this.#loop.callLater(this.#random.next() * 3600, () => {}),
    );
    await sleep(0.005);
    for (const timer of timers) timer.cancel();
    this.counts.timers += timers.length;
  }

  async #datagrams() {
    const remoteAddr = this.#endpoint.getExtraInfo('sockname');
    const [transport, protocol] = await this.#loop.createDatagramEndpoint(
      () => new DatagramCounter(this.#loop),
      {
        remoteAddr,
      },
    );
    for (let number = 0; number < 10; number++) transport.sendto(payload.subarray(0, 100 * number));
    try {
      await waitFor(protocol.tenth, 1);
    } catch (error) {
      // A busy system may drop some.
      if (error.name !== 'TimeoutError') throw error;
    }
    transport.close();
    await sleep(0.02);
    this.counts.datagrams += 10;
  }

  async #spawn() {
    const kind = this.#random.below(4);
    if (kind === 0) {
      const child = await createSubprocessExec('true');
      if ((await child.wait()) !== 0) throw new Error('true failed');
    } else if (kind === 1) {
      const child = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
      const [output] = await child.communicate(payload);
      if (!output.equals(payload)) throw new Error('cat changed something');
    } else if (kind === 2) {
      const child = await createSubprocessExec('sleep', ['60'], { stdout: PIPE });
      child.kill();
      if ((await child.wait()) !== -9) throw new Error('the process was not killed');
    } else {
      try {
        await createSubprocessExec('/nonexistent/program');
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
      }
    }
    this.counts.processes++;
    await sleep(0.01);
  }
}

async function closed(writer) {
  try {
    await writer.waitClosed();
  } catch (error) {
    if (!BROKEN.includes(error.code)) throw error;
  }
}

async function echo(reader, writer) {
  try {
    for (let data = await reader.read(65_536); data.length > 0; data = await reader.read(65_536)) {
      writer.write(data);
      await writer.drain();
    }
    writer.close();
    await writer.waitClosed();
  } catch (error) {
    if (!BROKEN.includes(error.code)) throw error;
  }
}

class DatagramEcho {
  connectionMade(transport) {
    this.transport = transport;
  }
  datagramReceived(data, source) {
    this.transport.sendto(data, source);
  }
}

class DatagramCounter {
  #left = 10;
  constructor(loop) {
    this.tenth = loop.createFuture();
  }
  datagramReceived() {
    if (--this.#left === 0 && !this.tenth.done()) this.tenth.setResult(null);
  }
}
