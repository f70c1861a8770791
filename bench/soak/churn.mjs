// What comes and goes: connections that end in every way, tasks, timers, datagrams, processes. Everything is checked; what comes
// back wrong is an error.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { Random } from '@bight/loop-testing';
import {
  createSubprocessExec,
  gather,
  openConnection,
  openUnixConnection,
  PIPE,
  sleep,
  startServer,
  startUnixServer,
  waitFor,
} from 'bight';

const CONNECTION_WORKERS = 16;
const PROCESS_WORKERS = 2;
const payload = Buffer.from(Array.from({ length: 256 * 1024 }, (_, index) => index % 251));

/** Workers that go on until a given time, and then come to rest. */
export class Churn {
  counts = { connections: 0, tasks: 0, timers: 0, datagrams: 0, processes: 0 };
  #loop;
  #random;
  #servers = [];
  #port = 0;
  #endpoint = null;
  #path = path.join(tmpdir(), `soak-${process.pid}.sock`);

  constructor(loop, seed) {
    this.#loop = loop;
    this.#random = new Random(seed);
  }

  async start() {
    const tcp = await startServer(echo, { host: '127.0.0.1' });
    this.#port = tcp.sockets[0].getsockname().port;
    this.#servers = [tcp, await startUnixServer(echo, { path: this.#path })];
    [this.#endpoint] = await this.#loop.createDatagramEndpoint(() => new DatagramEcho(), {
      localAddr: { host: '127.0.0.1', port: 0 },
    });
  }

  async stop() {
    for (const server of this.#servers) server.close();
    for (const server of this.#servers) await server.waitClosed();
    this.#endpoint.close();
    rmSync(this.#path, { force: true });
    await sleep(0.1);
  }

  /** Works until a time, on the clock of `performance.now()`. */
  async runUntil(end) {
    const repeat = (work) => async () => {
      while (performance.now() < end) await work.call(this);
    };
    await gather([
      ...Array.from({ length: CONNECTION_WORKERS }, () => repeat(this.#connect)),
      ...Array.from({ length: PROCESS_WORKERS }, () => repeat(this.#spawn)),
      repeat(this.#manyTasks),
      repeat(this.#manyTimers),
      repeat(this.#datagrams),
    ]);
  }

  async #connect() {
    const [reader, writer] = this.#random.chance(0.5)
      ? await openConnection({ host: '127.0.0.1', port: this.#port })
      : await openUnixConnection({ path: this.#path });
    const length = 1 + this.#random.below(payload.length);
    const exchange = async () => {
      writer.write(payload.subarray(0, length));
      await writer.drain();
      const reply = await reader.readexactly(length);
      if (!reply.equals(payload.subarray(0, length))) throw new Error('the echo is wrong');
    };
    if (this.#random.chance(0.2)) {
      // A client gives up.
      try {
        await waitFor(exchange, this.#random.next() * 0.002);
      } catch (error) {
        if (error.name !== 'TimeoutError') throw error;
      }
      writer.transport.abort();
    } else {
      await exchange();
      if (this.#random.chance(0.5)) {
        writer.writeEof();
        await reader.read();
      }
      writer.close();
    }
    try {
      await writer.waitClosed();
    } catch (error) {
      if (!['ECONNRESET', 'EPIPE'].includes(error.code)) throw error;
    }
    this.counts.connections++;
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

async function echo(reader, writer) {
  try {
    for (let data = await reader.read(65_536); data.length > 0; data = await reader.read(65_536)) {
      writer.write(data);
      await writer.drain();
    }
    writer.close();
    await writer.waitClosed();
  } catch (error) {
    if (!['ECONNRESET', 'EPIPE'].includes(error.code)) throw error;
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
