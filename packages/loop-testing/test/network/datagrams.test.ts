import { type LinkOptions, type SimulatedHost, VirtualEventLoop } from '@bight/loop-testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type DatagramTransport, type InetAddress, sleep } from 'bight';

let loop: VirtualEventLoop;
let server: SimulatedHost;
let client: SimulatedHost;

beforeEach(() => {
  loop = new VirtualEventLoop({ seed: 5 });
  server = loop.network.host('server', { addresses: ['10.1.0.1', 'fd00::1'] });
  client = loop.network.host('client', { addresses: ['10.1.0.2', 'fd00::2'] });
});
afterEach(() => {
  if (!loop.isRunning()) loop.close();
});

class Recorder {
  readonly received: string[] = [];
  readonly sources: InetAddress[] = [];
  readonly errors: (string | undefined)[] = [];
  datagramReceived(data: Buffer, source: InetAddress): void {
    this.received.push(String(data));
    this.sources.push(source);
  }
  errorReceived(error: NodeJS.ErrnoException): void {
    this.errors.push(error.code);
  }
}

async function bind(host: SimulatedHost, address = '0.0.0.0'): Promise<Recorder> {
  const [, recorder] = await host.run(() =>
    loop.createDatagramEndpoint(() => new Recorder(), { localAddr: { host: address, port: 53 } }),
  );
  return recorder;
}

async function connectTo(host: string): Promise<[DatagramTransport, Recorder]> {
  return client.run(() =>
    loop.createDatagramEndpoint(() => new Recorder(), { remoteAddr: { host, port: 53 } }),
  );
}

/** Sends a hundred numbered datagrams through a link, and returns what comes out. */
async function sendHundred(link: LinkOptions): Promise<number[]> {
  loop.network.link(client, server, link);
  const recorder = await bind(server);
  const [transport] = await connectTo('server');
  for (let number = 0; number < 100; number++) transport.sendto(Buffer.from(String(number)));
  await sleep(10);
  return recorder.received.map(Number);
}

const hundred = Array.from({ length: 100 }, (_, number) => number);

test('datagrams come with the address of their sender, empty ones too', async () => {
  loop.network.link(client, server, { latency: 0.5 });
  await loop.runUntilComplete(async () => {
    const recorder = await bind(server);
    const [transport] = await connectTo('server');
    transport.sendto(Buffer.from('hello'));
    transport.sendto(Buffer.alloc(0));
    await sleep(0.4);
    expect(recorder.received).toEqual([]);
    await sleep(0.2);
    expect(recorder.received).toEqual(['hello', '']);
    expect(recorder.sources[0]).toEqual(transport.getExtraInfo('sockname'));
  });
});

test('IPv6 has addresses of its own', async () => {
  await loop.runUntilComplete(async () => {
    const recorder = await bind(server, '::');
    const [transport] = await connectTo('fd00::1');
    transport.sendto(Buffer.from('six'));
    await sleep(1);
    expect(recorder.sources[0]).toMatchObject({ host: 'fd00::2', scopeId: 0 });
  });
});

test('a link without faults keeps the order', async () => {
  expect(await loop.runUntilComplete(() => sendHundred({ latency: 0.1 }))).toEqual(hundred);
});

test('a link with loss loses about this share', async () => {
  const came = await loop.runUntilComplete(() => sendHundred({ loss: 0.3 }));
  expect(came.length).toBeGreaterThan(50);
  expect(came.length).toBeLessThan(90);
  expect(came).toEqual(came.toSorted((a, b) => a - b));
});

test('a link that duplicates delivers some twice, and all', async () => {
  const came = await loop.runUntilComplete(() => sendHundred({ duplication: 0.3 }));
  expect(new Set(came)).toEqual(new Set(hundred));
  expect(came.length).toBeGreaterThan(110);
});

test.each([{ reordering: 0.3 }, { jitter: 0.1 }])(
  'a link with %j delivers all in another order',
  async (link) => {
    const came = await loop.runUntilComplete(() => sendHundred(link));
    expect(came).not.toEqual(hundred);
    expect(came.toSorted((a, b) => a - b)).toEqual(hundred);
  },
);

test('a partition drops datagrams without an error', async () => {
  await loop.runUntilComplete(async () => {
    const recorder = await bind(server);
    const [transport, here] = await connectTo('server');
    loop.network.partition([client], [server]);
    transport.sendto(Buffer.from('lost'));
    await sleep(1);
    loop.network.heal();
    transport.sendto(Buffer.from('found'));
    await sleep(1);
    expect(recorder.received).toEqual(['found']);
    expect(here.errors).toEqual([]);
  });
});

test('a connected endpoint gets the refusal of a port without a socket', async () => {
  await loop.runUntilComplete(async () => {
    const [transport, here] = await connectTo('server');
    transport.sendto(Buffer.from('hello?'));
    await sleep(1);
    expect(here.errors).toEqual(['ECONNREFUSED']);
  });
});

test('a datagram that is too long is an error', async () => {
  await loop.runUntilComplete(async () => {
    const [transport, here] = await connectTo('server');
    transport.sendto(Buffer.alloc(65_508));
    await sleep(1);
    expect(here.errors).toEqual(['EMSGSIZE']);
  });
});

test('a broadcast reaches every host that listens', async () => {
  await loop.runUntilComplete(async () => {
    const there = [await bind(server), await bind(loop.network.host('third'))];
    const [transport] = await client.run(() =>
      loop.createDatagramEndpoint(() => new Recorder(), {
        localAddr: { host: '0.0.0.0', port: 0 },
        allowBroadcast: true,
      }),
    );
    transport.sendto(Buffer.from('all'), { host: '255.255.255.255', port: 53 });
    await sleep(1);
    expect(there.map(({ received }) => received)).toEqual([['all'], ['all']]);
  });
});

test('a connected endpoint takes datagrams from its peer only', async () => {
  await loop.runUntilComplete(async () => {
    await bind(server);
    const [transport, here] = await connectTo('server');
    const address = transport.getExtraInfo('sockname') as InetAddress;
    const stranger = await loop.network
      .host('stranger')
      .run(() =>
        loop.createDatagramEndpoint(() => new Recorder(), { localAddr: { host: '0.0.0.0', port: 0 } }),
      );
    stranger[0].sendto(Buffer.from('psst'), address);
    await sleep(1);
    expect(here.received).toEqual([]);
  });
});
