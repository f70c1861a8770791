import { type SimulatedHost, SimulationError, simulate, type VirtualEventLoop } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import {
  DatagramProtocol,
  type DatagramTransport,
  getRunningLoop,
  openConnection,
  Queue,
  type StreamReader,
  sleep,
  startServer,
  ValueError,
} from 'bight';

function pair({ network }: VirtualEventLoop): [SimulatedHost, SimulatedHost] {
  return [network.host('server'), network.host('client')];
}

/** A server that echoes lines. */
async function echo(): Promise<void> {
  const server = await startServer(
    async (reader, writer) => {
      for (let line = await reader.readline(); line.length > 0; line = await reader.readline()) {
        writer.write(line);
      }
      writer.close();
    },
    { host: '0.0.0.0', port: 7 },
  );
  await server.serveForever();
}

test('nothing of a host runs after a crash, not even finally', async () => {
  await simulate(async (loop) => {
    const [server] = pair(loop);
    const seen: string[] = [];
    const shared = new Queue<string>();
    server.start(async () => {
      loop.callLater(5, () => seen.push('timer'));
      loop.createTask(async () => {
        seen.push(await shared.get());
      });
      void (async () => {
        await sleep(0.5);
        seen.push('before');
        await sleep(10);
        seen.push('helper');
      })();
      try {
        await sleep(10);
      } finally {
        seen.push('finally');
      }
    });
    await sleep(1);
    server.crash();
    expect(server.isUp).toBe(false);
    shared.putNowait('late');
    await sleep(60);
    expect(seen).toEqual(['before']);
    expect(loop.liveHandles()).toEqual([]);
    expect(() => server.run(() => 1)).toThrow('server is down');
  });
});

test('what is ready when the crash comes does not run either', async () => {
  await simulate(async (loop) => {
    const [server] = pair(loop);
    const seen: number[] = [];
    server.run(() => {
      for (let i = 0; i < 5; i++) {
        loop.callSoon(() => {
          seen.push(i);
          if (i === 2) server.crash();
        });
        loop.createTask(async () => {
          for (;;) await sleep(0);
        });
      }
    });
    await sleep(1);
    expect(seen).toEqual([0, 1, 2]);
  });
});

test('a connection is half open after a crash: the other end learns of it when the host is up again', async () => {
  await simulate(async (loop) => {
    const [server, client] = pair(loop);
    server.start(echo);
    await sleep(1);
    await client.run(async () => {
      const [reader, writer] = await openConnection({ host: 'server', port: 7 });
      writer.write(Buffer.from('one\n'));
      expect(String(await reader.readline())).toBe('one\n');
      server.crash();
      const nothing = loop.createTask(() => reader.readline());
      await sleep(3600);
      expect(nothing.done()).toBe(false);
      server.restart();
      await sleep(1);
      writer.write(Buffer.from('two\n'));
      await expect(nothing).rejects.toMatchObject({ code: 'ECONNRESET' });
      writer.close();
      const [again, other] = await openConnection({ host: 'server', port: 7 });
      other.write(Buffer.from('three\n'));
      expect(String(await again.readline())).toBe('three\n');
      other.close();
    });
    await sleep(10);
    await server.stop();
  });
});

test('connecting to a host that is down takes as long as it does on Linux, and then fails', async () => {
  await simulate(async (loop) => {
    const [server, client] = pair(loop);
    server.crash();
    const began = loop.time();
    await client.run(async () => {
      await expect(openConnection({ host: 'server', port: 7 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    });
    expect(loop.time() - began).toBe(127);
  });
});

test('a host that stops cancels its tasks, waits for them, and closes its connections', async () => {
  await simulate(async (loop) => {
    const [server, client] = pair(loop);
    const seen: string[] = [];
    server.start(async () => {
      try {
        await echo();
      } finally {
        await sleep(1);
        seen.push('finally');
      }
    });
    await sleep(1);
    const reader: StreamReader = await client.run(async () => {
      const [reader, writer] = await openConnection({ host: 'server', port: 7 });
      writer.write(Buffer.from('one\n'));
      await reader.readline();
      loop.callLater(20, () => writer.close());
      return reader;
    });
    await server.stop();
    expect(seen).toEqual(['finally']);
    expect(await reader.read()).toHaveLength(0);
    await sleep(30);
    expect(loop.liveHandles()).toEqual([]);
  });
});

test("the error of a host fails the test, with the host's name", async () => {
  const error = await simulate(async (loop) => {
    const [server] = pair(loop);
    server.start(async () => {
      await sleep(2);
      throw new Error('out of order');
    });
    await sleep(5);
  }).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(SimulationError);
  expect(error).toMatchObject({ host: 'server', failures: [{ time: 2, host: 'server' }] });
});

test('a paused host runs on later where it stood, and packets wait', async () => {
  await simulate(async (loop) => {
    const [server, client] = pair(loop);
    const received: number[] = [];
    class Receiver extends DatagramProtocol {
      override datagramReceived() {
        received.push(loop.time());
      }
    }
    const [socket] = await server.run(() =>
      loop.createDatagramEndpoint(() => new Receiver(), { localAddr: { host: '0.0.0.0', port: 9 } }),
    );
    const ticks: number[] = [];
    const ticking = server.run(() =>
      loop.createTask(async () => {
        for (;;) {
          ticks.push(loop.time());
          await sleep(1);
        }
      }),
    );
    await sleep(2.5);
    server.pause();
    const [sender] = (await client.run(() =>
      loop.createDatagramEndpoint(() => new DatagramProtocol(), { remoteAddr: { host: 'server', port: 9 } }),
    )) as [DatagramTransport, unknown];
    sender.sendto(Buffer.from('x'));
    await sleep(10);
    expect([ticks, received]).toEqual([[0, 1, 2], []]);
    server.resume();
    await sleep(0.25);
    expect([ticks, received]).toEqual([[0, 1, 2, 12.5], [12.5]]);
    ticking.cancel();
    sender.close();
    socket.close();
  });
});

/** When three callbacks ran that were scheduled together, and one that came later. */
async function paced(pace: { turn: number; jitter?: number }, seed = 1): Promise<[string, number][]> {
  const ran: [string, number][] = [];
  await simulate(
    async (loop) => {
      const [slow, quick] = pair(loop);
      slow.setPace(pace);
      const note = (name: string) => ran.push([name, loop.time()]);
      for (const host of [slow, quick]) {
        host.run(() => {
          for (const name of ['a', 'b', 'c']) loop.callSoon(note, [`${host.name} ${name}`]);
          loop.callLater(0.15, note, [`${host.name} d`]);
        });
      }
      await sleep(10);
    },
    { seed },
  );
  return ran;
}

test('on a slow host one turn takes time after the other, in their order', async () => {
  const ran = await paced({ turn: 0.1 });
  const of = (name: string) =>
    ran.filter(([who]) => who.startsWith(name)).map(([who, time]) => [who.at(-1), Number(time.toFixed(6))]);
  expect(of('client')).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 0],
    ['d', 0.15],
  ]);
  expect(of('server')).toEqual([
    ['a', 0],
    ['b', 0.1],
    ['c', 0.2],
    ['d', 0.3],
  ]);
});

test('how slow a host is varies, and the seed repeats it', async () => {
  const [one, again, other] = [
    await paced({ turn: 0.1, jitter: 0.1 }),
    await paced({ turn: 0.1, jitter: 0.1 }),
    await paced({ turn: 0.1, jitter: 0.1 }, 2),
  ];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  const times = one.filter(([who]) => who.startsWith('server')).map(([, time]) => time);
  for (const [i, time] of times.slice(1, 3).entries()) {
    expect(time - times[i]!).toBeGreaterThan(0.1);
    expect(time - times[i]!).toBeLessThan(0.2);
  }
});

test('a slow host that pauses, crashes and starts again stays slow, and can be made quick', async () => {
  await simulate(async (loop) => {
    const [slow, other] = pair(loop);
    let ran: number[] = [];
    const begin = () => {
      for (let i = 0; i < 4; i++) loop.callSoon(() => ran.push(Number(loop.time().toFixed(6))));
    };
    slow.setPace({ turn: 1 });
    slow.run(begin);
    await sleep(1.5);
    expect(ran).toEqual([0, 1]);
    slow.pause();
    await sleep(3);
    expect(ran).toEqual([0, 1]);
    slow.resume();
    // A sweep of the ready queue changes nothing.
    other.crash();
    await sleep(1.25);
    expect(ran).toEqual([0, 1, 4.5, 5.5]);
    ran = [];
    await sleep(1.25);
    slow.restart(async () => begin());
    await sleep(3.5);
    // Its main program has the first turn.
    expect(ran).toEqual([8, 9, 10]);
    slow.setPace({ turn: 0 });
    await sleep(1);
    ran = [];
    slow.run(begin);
    await sleep(0);
    expect(ran).toEqual([11.5, 11.5, 11.5, 11.5]);
    slow.crash();
  });
});

test('an invalid pace is refused', async () => {
  await simulate(async (loop) => {
    const host = loop.network.host('one');
    expect(() => host.setPace({ turn: -1 })).toThrow(ValueError);
    expect(() => host.setPace({ turn: 1, jitter: Number.NaN })).toThrow(ValueError);
    expect(() => host.setPace({ turn: '1' as never })).toThrow(TypeError);
    expect(() => host.setPace({ speed: 1 } as never)).toThrow(TypeError);
  });
});

test('a host has its own clock', async () => {
  await simulate(async (loop) => {
    const [fast, slow] = pair(loop);
    await sleep(100);
    fast.setClock({ drift: 0.1, offset: 5 });
    slow.setClock({ drift: -0.5 });
    const measure = (host: SimulatedHost) =>
      host.run(async () => {
        const [began, date] = [loop.time(), Date.now()];
        await sleep(11);
        return [began, loop.time() - began, (Date.now() - date) / 1000, new Date(date).toISOString()];
      });
    const ended: number[] = [];
    const both = [fast, slow].map(async (host) => {
      const [began, passed, dated, date] = await measure(host);
      ended.push(loop.time());
      expect(began).toBe(100);
      expect(passed).toBeCloseTo(11, 9);
      expect(dated).toBeCloseTo(11, 2);
      return date;
    });
    expect(await Promise.all(both)).toEqual(['2000-01-01T00:01:45.000Z', '2000-01-01T00:01:40.000Z']);
    expect(ended.map((time) => Math.round(time))).toEqual([110, 122]);
    const here = loop.time();
    fast.run(() => expect(getRunningLoop().time()).toBeGreaterThan(here));
    expect(() => fast.setClock({ drift: -1 })).toThrow('drift must be more than -1, got -1');
    expect(() => fast.setClock({ skew: 1 } as never)).toThrow('unknown option "skew"');
  });
});

test('a link may be cut in one direction, and joined for two hosts alone', async () => {
  await simulate(async (loop) => {
    const hosts = ['a', 'b', 'c'].map((name) => loop.network.host(name)) as [
      SimulatedHost,
      SimulatedHost,
      SimulatedHost,
    ];
    const [a, b, c] = hosts;
    const log: string[] = [];
    const sockets = await Promise.all(
      hosts.map(async (host) => {
        class Receiver extends DatagramProtocol {
          override datagramReceived(data: Uint8Array) {
            log.push(`${data}${host.name}`);
          }
        }
        const [socket] = await host.run(() =>
          loop.createDatagramEndpoint(() => new Receiver(), { localAddr: { host: '0.0.0.0', port: 9 } }),
        );
        return socket as DatagramTransport;
      }),
    );
    const all = async () => {
      log.length = 0;
      for (const [i, socket] of sockets.entries()) {
        for (const [j, other] of hosts.entries()) {
          if (i !== j) socket.sendto(Buffer.from(hosts[i]!.name), { host: other.addresses[0]!, port: 9 });
        }
      }
      await sleep(1);
      return [...log].sort().join(' ');
    };
    expect(await all()).toBe('ab ac ba bc ca cb');
    loop.network.partitionOneWay([a], [b, c]);
    expect(await all()).toBe('ba bc ca cb');
    loop.network.partition([a], [b], [c]);
    expect(await all()).toBe('');
    loop.network.heal(a, b);
    expect(await all()).toBe('ab ba');
    loop.network.heal(c);
    expect(await all()).toBe('ab ac ba bc ca cb');
    loop.network.linkOneWay(a, b, { loss: 1 });
    expect(await all()).toBe('ac ba bc ca cb');
    expect(
      loop.network.tap.text({ filter: ({ kind }) => kind === 'datagram lost', decode: String }),
    ).toContain('a → b: datagram lost a\n');
    expect(loop.network.tap.svg()).toMatch(/^<svg .*<\/svg>\n$/s);
    for (const socket of sockets) socket.close();
  });
});

test('a corrupted datagram differs in one bit', async () => {
  await simulate(
    async (loop) => {
      const received: Uint8Array[] = [];
      class Receiver extends DatagramProtocol {
        override datagramReceived(data: Uint8Array) {
          received.push(data);
        }
      }
      const [server, client] = pair(loop);
      const [socket] = await server.run(() =>
        loop.createDatagramEndpoint(() => new Receiver(), { localAddr: { host: '0.0.0.0', port: 9 } }),
      );
      const [sender] = (await client.run(() =>
        loop.createDatagramEndpoint(() => new DatagramProtocol(), {
          remoteAddr: { host: 'server', port: 9 },
        }),
      )) as [DatagramTransport, unknown];
      const sent = Buffer.alloc(8);
      sender.sendto(sent);
      await sleep(1);
      const bits = [...received[0]!].reduce(
        (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
        0,
      );
      expect(bits).toBe(1);
      sender.close();
      socket.close();
    },
    { link: { corruption: 1 } },
  );
});

test('a host gets an address that no other one was given', async () => {
  await simulate(async ({ network }) => {
    const given = ['one', 'two', 'three'].map((name, at) =>
      network.host(name, { addresses: [`10.0.0.${5 + at}`] }),
    );
    const others = ['four', 'five'].map((name) => network.host(name));
    const addresses = [...given, ...others].flatMap((host) => host.addresses);
    expect(new Set(addresses).size).toBe(5);
  });
});

test('a host whose restart is refused for an invalid program runs on', async () => {
  await simulate(async ({ network }) => {
    const host = network.host('one');
    const running = host.start(async () => await sleep(1, { result: 'to its end' }));
    expect(() => host.restart('main' as never)).toThrow(TypeError);
    expect(await running).toBe('to its end');
  });
});

test('a host that crashes by its own code leaves nothing open', async () => {
  const reached: string[] = [];
  await simulate(async (loop) => {
    const [waiting, ending] = [loop.network.host('waiting'), loop.network.host('ending')];
    waiting.start(async () => {
      try {
        await sleep(1);
        waiting.crash();
        reached.push('crashed');
        await sleep(1);
      } finally {
        reached.push('finally');
      }
    });
    ending.start(async () => {
      await sleep(1);
      ending.crash();
      reached.push('ended');
    });
    await sleep(5);
    ending.restart(async () => void reached.push('restarted'));
    await sleep(1);
  });
  expect(reached).toEqual(['crashed', 'ended', 'restarted']);
});
