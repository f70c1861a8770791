import { POISON } from '@bight/loop-core/low-level';
import { type SimulatedHost, VirtualEventLoop, type VirtualEventLoopOptions } from '@bight/loop-testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gather, openConnection, type Protocol, sleep, startServer, type Transport } from 'bight';

let loop: VirtualEventLoop;
let server: SimulatedHost;
let client: SimulatedHost;

function world(options: VirtualEventLoopOptions = {}): void {
  loop = new VirtualEventLoop({ seed: 1, ...options });
  server = loop.network.host('server');
  client = loop.network.host('client');
}

beforeEach(() => world());
afterEach(() => {
  // The servers' tasks have not ended, which does not matter here.
  loop.setExceptionHandler(() => {});
  if (!loop.isRunning()) loop.close();
});

/** A protocol that notes what happens to it, with the time. */
class Recorder {
  readonly events: unknown[][] = [];
  transport!: Transport;
  readonly lost = loop.createFuture<void>();
  connectionMade(transport: Transport): void {
    this.transport = transport;
    this.#note('made');
  }
  dataReceived(data: Buffer): void {
    this.#note('data', String(data));
  }
  eofReceived(): boolean {
    this.#note('eof');
    return true;
  }
  connectionLost(error: NodeJS.ErrnoException | null): void {
    this.#note('lost', error?.code ?? null);
    this.lost.setResult(undefined);
  }
  #note(...event: unknown[]): void {
    this.events.push([Math.round(loop.time() * 1000) / 1000, ...event]);
  }
}

/** Connects two recorders; the server's is made when it accepts. */
async function connect(): Promise<{ here: Recorder; there: Recorder }> {
  const there: Recorder[] = [];
  const accept = () => {
    const recorder = new Recorder();
    there.push(recorder);
    return recorder as unknown as Protocol;
  };
  await server.run(() => loop.createServer(accept, { host: '0.0.0.0', port: 7 }));
  const [, here] = await client.run(() =>
    loop.createConnection(() => new Recorder(), { host: 'server', port: 7 }),
  );
  while (there.length === 0) await sleep(0.001);
  return { here, there: there[0] as Recorder };
}

async function echo(): Promise<void> {
  await startServer(
    async (reader, writer) => {
      for (;;) {
        const data = await reader.read(4096);
        if (data.length === 0) break;
        writer.write(data);
        await writer.drain();
      }
      writer.close();
    },
    { host: '0.0.0.0', port: 7 },
  );
}

test('streams talk through the network by names, and time passes as the latency says', async () => {
  loop.network.link(client, server, { latency: 0.05 });
  await loop.runUntilComplete(async () => {
    await server.run(echo);
    const reply = await client.run(async () => {
      const [reader, writer] = await openConnection({ host: 'server', port: 7 });
      expect(loop.time()).toBeCloseTo(0.1);
      writer.write(Buffer.from('hello\n'));
      return reader.readline();
    });
    expect(String(reply)).toBe('hello\n');
    expect(loop.time()).toBeCloseTo(0.2);
  });
});

test('both ends know their addresses', async () => {
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    const [clientAddress] = client.addresses;
    const [serverAddress] = server.addresses;
    const name = here.transport.getExtraInfo('sockname') as { host: string; port: number };
    expect(name.host).toBe(clientAddress);
    expect(here.transport.getExtraInfo('peername')).toMatchObject({ host: serverAddress, port: 7 });
    expect(there.transport.getExtraInfo('peername')).toEqual(name);
  });
});

test('a port without a listener refuses, one round trip later', async () => {
  loop.network.link(client, server, { latency: 0.01 });
  await loop.runUntilComplete(async () => {
    await expect(client.run(() => openConnection({ host: 'server', port: 9 }))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: server.addresses[0],
      port: 9,
    });
    expect(loop.time()).toBeCloseTo(0.02);
  });
});

test('unknown names and addresses are errors as those of the system', async () => {
  await loop.runUntilComplete(async () => {
    await expect(openConnection({ host: 'unknown', port: 7 })).rejects.toMatchObject({
      code: 'ENOTFOUND',
      syscall: 'getaddrinfo',
      hostname: 'unknown',
    });
    await expect(openConnection({ host: '192.0.2.1', port: 7 })).rejects.toMatchObject({
      code: 'EHOSTUNREACH',
    });
    await expect(client.run(() => startServer(() => {}, { host: 'server', port: 7 }))).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    });
  });
});

test('each host can bind a port once', async () => {
  await loop.runUntilComplete(async () => {
    await server.run(echo);
    await client.run(echo);
    await expect(server.run(echo)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

test('every host has its own localhost', async () => {
  await loop.runUntilComplete(async () => {
    await server.run(echo);
    await server.run(() => openConnection({ host: 'localhost', port: 7 }));
    await expect(client.run(() => openConnection({ host: '127.0.0.1', port: 7 }))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

test('one direction of a connection can end, and the other go on', async () => {
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    here.transport.write(Buffer.from('question'));
    here.transport.writeEof();
    await sleep(1);
    there.transport.write(Buffer.from('answer'));
    there.transport.close();
    await there.lost;
    await sleep(1);
    here.transport.close();
    await here.lost;
    expect(there.events.map(([, ...event]) => event)).toEqual([
      ['made'],
      ['data', 'question'],
      ['eof'],
      ['lost', null],
    ]);
    expect(here.events.map(([, ...event]) => event)).toEqual([
      ['made'],
      ['data', 'answer'],
      ['eof'],
      ['lost', null],
    ]);
  });
});

test('a reset by the network breaks both ends', async () => {
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    expect(loop.network.reset(client, server)).toBe(1);
    await gather([here.lost, there.lost]);
    expect(here.events.at(-1)).toEqual([expect.anything(), 'lost', 'ECONNRESET']);
    expect(there.events.at(-1)).toEqual([expect.anything(), 'lost', 'ECONNRESET']);
    expect(loop.network.reset(client, server)).toBe(0);
  });
});

test('writing to a closed end fails with a reset', async () => {
  loop.network.link(client, server, { latency: 0.01 });
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    there.transport.abort();
    await there.lost;
    here.transport.write(Buffer.from('who is there?'));
    await here.lost;
    expect(here.events.at(-1)?.slice(1)).toEqual(['lost', 'ECONNRESET']);
  });
});

test('a connection outlives a partition that ends in time, and loses nothing', async () => {
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    loop.network.partition([client], [server]);
    here.transport.write(Buffer.from('late'));
    await sleep(100);
    expect(there.events).toHaveLength(1);
    loop.network.heal();
    await sleep(200);
    expect(there.events.at(-1)?.slice(1)).toEqual(['data', 'late']);
  });
});

test('a connection gives up when a partition lasts, at the end that has something to send', async () => {
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    loop.network.partition([client], [server]);
    here.transport.write(Buffer.from('never'));
    await here.lost;
    expect(here.events.at(-1)?.slice(1)).toEqual(['lost', 'ETIMEDOUT']);
    expect(loop.time()).toBeGreaterThan(15 * 60);
    expect(there.events).toHaveLength(1);
  });
});

test('connecting through a partition takes as long as it takes Linux to give up', async () => {
  loop.network.partition([client], [server]);
  await loop.runUntilComplete(async () => {
    await server.run(echo);
    await expect(client.run(() => openConnection({ host: 'server', port: 7 }))).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    });
    expect(loop.time()).toBe(127);
  });
});

test('a narrow link takes its time', async () => {
  loop.network.link(client, server, { bandwidth: 1000 });
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    const before = loop.time();
    here.transport.write(Buffer.alloc(5000));
    here.transport.write(Buffer.from('end'));
    while (there.events.at(-1)?.at(-1) !== 'end') await sleep(0.001);
    expect(loop.time() - before).toBeCloseTo(5.003, 2);
  });
});

test('a protocol that borrows finds other bytes there afterwards in debug mode', async () => {
  for (const debug of [false, true]) {
    world();
    loop.setDebug(debug);
    await loop.runUntilComplete(async () => {
      const { here, there } = await connect();
      const lent: Buffer[] = [];
      const note = there.dataReceived.bind(there);
      there.dataReceived = (data: Buffer) => {
        lent.push(data);
        note(data);
      };
      there.transport.setReceiveMode('borrowed');
      here.transport.write(Buffer.from('lent'));
      await sleep(1);
      expect(there.events.at(-1)?.at(-1)).toBe('lent');
      expect(lent.map((data) => data.every((byte) => byte === POISON))).toEqual([debug]);
    });
  }
});

test('an end that does not read stops the end that writes', async () => {
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    there.transport.pauseReading();
    const sent = Buffer.alloc(300_000, 'x');
    here.transport.write(sent);
    await sleep(1);
    expect(here.transport.getWriteBufferSize()).toBe(300_000 - 64 * 1024);
    there.transport.resumeReading();
    await sleep(1);
    expect(here.transport.getWriteBufferSize()).toBe(0);
    const received = there.events.slice(1).map(([, , data]) => data);
    expect(received.join('')).toBe(String(sent));
  });
});

test('closing without having read everything resets the connection', async () => {
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    there.transport.pauseReading();
    here.transport.write(Buffer.from('unread'));
    await sleep(1);
    there.transport.close();
    await here.lost;
    expect(here.events.at(-1)?.slice(1)).toEqual(['lost', 'ECONNRESET']);
  });
});

test('fragments come in other pieces than were sent, and in order', async () => {
  loop.network.link(client, server, { fragmentation: 1 });
  await loop.runUntilComplete(async () => {
    const { here, there } = await connect();
    const text = 'the quick brown fox jumps over the lazy dog';
    here.transport.write(Buffer.from(text));
    await sleep(1);
    const pieces = there.events.slice(1).map(([, , data]) => data);
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(1);
  });
});

test('a cancelled attempt to connect leaves nothing behind', async () => {
  loop.network.link(client, server, { latency: 1 });
  await loop.runUntilComplete(async () => {
    await server.run(echo);
    const connecting = client.run(() =>
      loop.createTask(() => loop.createConnection(() => new Recorder(), { host: 'server', port: 7 })),
    );
    await sleep(0.5);
    connecting.cancel();
    await expect(connecting).rejects.toMatchObject({ name: 'CancelledError' });
    await sleep(10);
    expect(loop.liveHandles().map(({ kind }) => kind)).toEqual(['server']);
  });
});

test('of several addresses the first that answers is taken', async () => {
  loop.network.setName('many', ['192.0.2.1', '192.0.2.2', server.addresses[0] as string]);
  await loop.runUntilComplete(async () => {
    await server.run(echo);
    const [, writer] = await client.run(() =>
      openConnection({ host: 'many', port: 7, happyEyeballsDelay: 0.25 }),
    );
    expect(writer.getExtraInfo('peername')).toMatchObject({ host: server.addresses[0] });
  });
});

test('a pair of sockets in memory is a connection without addresses', async () => {
  await loop.runUntilComplete(async () => {
    const [one, other] = loop.network.socketpair();
    const [reader] = await openConnection({ sock: one });
    const [, writer] = await openConnection({ sock: other });
    writer.write(Buffer.from('in memory'));
    writer.close();
    expect(String(await reader.read())).toBe('in memory');
  });
});

test('Unix paths belong to a host, and are no files', async () => {
  await loop.runUntilComplete(async () => {
    const there = new Recorder();
    await server.run(() =>
      loop.createUnixServer(() => there as unknown as Protocol, { path: '/run/simulated' }),
    );
    const [transport] = await server.run(() =>
      loop.createUnixConnection(() => new Recorder(), { path: '/run/simulated' }),
    );
    transport.write(Buffer.from('local'));
    await sleep(1);
    expect(there.events.at(-1)?.slice(1)).toEqual(['data', 'local']);
    await expect(
      client.run(() => loop.createUnixConnection(() => new Recorder(), { path: '/run/simulated' })),
    ).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('the same seed makes the same run', async () => {
  const run = async (seed: number) => {
    loop.setExceptionHandler(() => {});
    loop.close();
    world({ seed, chaos: true });
    loop.network.link(client, server, { latency: 0.01, jitter: 0.02, loss: 0.2, fragmentation: 0.5 });
    const seen: string[] = [];
    await loop.runUntilComplete(async () => {
      await server.run(echo);
      await client.run(() =>
        gather(
          ['a', 'b', 'c'].map((name) => async () => {
            const [reader, writer] = await openConnection({ host: 'server', port: 7 });
            for (let turn = 0; turn < 5; turn++) {
              writer.write(Buffer.from(name.repeat(10)));
              const reply = await reader.readexactly(10);
              seen.push(`${reply} ${loop.time()}`);
            }
            writer.close();
          }),
        ),
      );
    });
    return seen;
  };
  const first = await run(42);
  expect(await run(42)).toEqual(first);
  expect(await run(43)).not.toEqual(first);
});
