import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type SimulatedHost, simulate, type VirtualEventLoop } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { run, sleep, TaskGroup } from 'bight';
import { Backoff } from '../src/dht/backoff.js';
import { Contact, Id } from '../src/dht/contact.js';
import { DhtNode } from '../src/dht/dht-node.js';
import { decode, type Envelope, encode, type Reply, type Request } from '../src/dht/messages.js';
import { K, RoutingTable } from '../src/dht/routing-table.js';
import { simulateSwarm } from '../src/dht/simulated-swarm.js';
import { commandLine } from './support/example.js';

test('every value is found, though a third of the nodes have died and datagrams get lost', async () => {
  const swarm = await simulateSwarm(1, { nodes: 24, crashes: 0.3, calm: 600, loss: 0.02 });
  expect(swarm).toMatchObject({ found: 24 });
  expect(swarm.seconds).toBeGreaterThan(600);
});

test('values are published again, and are on as many nodes as before', async () => {
  const options = { nodes: 20, values: 4, crashes: 0.5 };
  const before = await simulateSwarm(2, options);
  const after = await simulateSwarm(2, { ...options, calm: 3900 });
  expect([before.found, after.found]).toEqual([4, 4]);
  expect(before.copies).toBeLessThan(K - 1);
  expect(after.copies).toBeGreaterThanOrEqual(K);
});

test('twenty nodes on real sockets find each other and each other’s values', async () => {
  await run(async () => {
    await TaskGroup.run(async (group) => {
      const nodes: DhtNode[] = [];
      for (let i = 0; i < 20; i++) {
        const bootstrap = nodes.slice(0, 1).map(({ port }) => ({ host: '127.0.0.1', port }));
        const node = new DhtNode({ host: '127.0.0.1', bootstrap });
        group.createTask(() => node.run());
        await node.joined();
        nodes.push(node);
      }
      expect(await nodes[3]!.put('colour', Buffer.from('blue'))).toBe(K);
      for (const node of nodes) expect((await node.get('colour'))?.toString()).toBe('blue');
      expect(await nodes[5]!.get('taste')).toBeNull();
      await expect(nodes[5]!.put('long', Buffer.alloc(1025))).rejects.toThrow(RangeError);
      group.cancel();
    });
  });
});

test('nodes are programs that obey their standard input', async () => {
  const started = (...args: string[]) => {
    const [node, ...rest] = commandLine('dht', ['node', ...args]) as [string, ...string[]];
    const child = spawn(node, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async () => (await lines.next()).value as string;
    return { child, line, say: (text: string) => child.stdin.write(`${text}\n`) };
  };
  const first = started();
  const [, port] = /listens on 127\.0\.0\.1:(\d+) and knows 0 nodes/.exec(await first.line())!;
  const second = started(`127.0.0.1:${port}`);
  expect(await second.line()).toMatch(/knows 1 nodes$/);
  second.say('put colour dark blue');
  expect(await second.line()).toBe('on 1 nodes');
  first.say('get colour');
  expect(await first.line()).toBe('dark blue');
  first.say('get taste');
  expect(await first.line()).toBe('(nothing)');
  first.child.stdin.end();
  second.child.kill('SIGTERM');
  expect(await Promise.all([once(first.child, 'close'), once(second.child, 'close')])).toEqual([
    [0, null],
    [0, null],
  ]);
});

test('distances are exclusive ors', () => {
  const id = Id.random();
  for (let bits = 0; bits < 160; bits += 7) {
    const other = id.randomBeside(bits);
    expect(id.commonBits(other)).toBe(bits);
    expect([id.isNearer(id, other), id.isNearer(other, id)]).toEqual([true, false]);
  }
  expect(id.commonBits(id)).toBe(160);
  expect(id.isNearer(id, id)).toBe(false);
  const sorted = Array.from({ length: 200 }, () => Id.random()).sort((one, other) =>
    id.isNearer(one, other) ? -1 : 1,
  );
  const distances = sorted.map((other) => BigInt(`0x${other}`) ^ BigInt(`0x${id}`));
  expect(distances).toEqual([...distances].sort((one, other) => (one < other ? -1 : 1)));
});

function someContacts(own: Id, bits: number, count: number): Contact[] {
  return Array.from({ length: count }, (_, i) => Contact.at(own.randomBeside(bits), '10.0.0.1', 1000 + i));
}

test('a bucket keeps those that were there first, while they live', () => {
  const own = Id.random();
  const table = new RoutingTable(own);
  const contacts = someContacts(own, 3, K + 3);
  for (const contact of contacts) table.saw(contact);
  const known = () => new Set(table.closest(contacts[0]!.id, 2 * K));
  expect(known()).toEqual(new Set(contacts.slice(0, K)));
  // The one that was seen last gets the place of one that is gone.
  table.saw(contacts[K]!);
  table.missed(contacts[K + 2]!);
  table.missed(contacts[1]!);
  expect(known()).toEqual(new Set([contacts[0], ...contacts.slice(2, K + 1)]));
  expect(table.lost).toEqual([]);
  // Another node cannot take over the name of one that is known.
  table.saw(Contact.at(contacts[2]!.id, '10.6.6.6', 1));
  expect(table.closest(contacts[2]!.id, 1)).toEqual([contacts[2]]);
});

test('a node that no other one replaces is lost, until it is seen again or forgotten', () => {
  const own = Id.random();
  const table = new RoutingTable(own);
  const [one, other] = someContacts(own, 0, 2) as [Contact, Contact];
  table.saw(one);
  table.saw(other);
  table.missed(one);
  table.missed(other);
  expect([table.size, table.lost]).toEqual([0, [one, other]]);
  table.saw(one);
  table.forget(other);
  expect([table.size, table.lost]).toEqual([1, []]);
});

test('the bucket of the neighbours is split when it is full, and the nearest of all are found in any', () => {
  const own = Id.random();
  const table = new RoutingTable(own);
  const contacts = [0, 1, 2, 5, 9].flatMap((bits) => someContacts(own, bits, K - 2));
  for (const contact of contacts) table.saw(contact);
  // Twelve nodes have five bits or more in common, and six of them have six or more: these share a bucket.
  expect(table.stale(Number.POSITIVE_INFINITY).map((id) => own.commonBits(id))).toEqual([
    0, 1, 2, 3, 4, 5, 160,
  ]);
  for (let i = 0; i < 200; i++) {
    const target = i % 2 === 0 ? Id.random() : own.randomBeside(i % 12);
    const all = table.closest(target, contacts.length);
    const sorted = [...all].sort((a, b) => (target.isNearer(a.id, b.id) ? -1 : 1));
    expect(all.length).toBe(table.size);
    expect(all).toEqual(sorted);
    expect(table.closest(target)).toEqual(sorted.slice(0, K));
  }
});

test('a range counts as looked up, also when its bucket has been split since', () => {
  const own = Id.random();
  const table = new RoutingTable(own);
  expect(table.stale(0)).toEqual([own]);
  table.noteLookup(own, 5);
  for (const bits of [0, 1, 2]) for (const contact of someContacts(own, bits, K)) table.saw(contact);
  expect(table.stale(5)).toEqual([]);
  table.noteLookup(own.randomBeside(1), 7);
  expect(table.stale(6).map((id) => own.commonBits(id))).toEqual([0, 160]);
});

test('an address that does not answer is left alone for twice as long each time', () => {
  const backoff = new Backoff();
  const [place, other] = [
    { host: '10.0.0.1', port: 7 },
    { host: '10.0.0.1', port: 8 },
  ];
  expect([backoff.failed(place, 0), backoff.isSilent(place, 59), backoff.isSilent(place, 60)]).toEqual([
    1,
    true,
    false,
  ]);
  expect([backoff.failed(place, 60), backoff.isSilent(place, 179), backoff.isSilent(place, 180)]).toEqual([
    2,
    true,
    false,
  ]);
  for (let i = 3; i < 20; i++) backoff.failed(place, 1000);
  expect([backoff.isSilent(place, 4599), backoff.isSilent(place, 4600)]).toEqual([true, false]);
  expect(backoff.isSilent(other, 1000)).toBe(false);
  backoff.prune(4600);
  expect(backoff.failed(place, 4600)).toBe(20);
  backoff.prune(20_000);
  expect(backoff.failed(place, 20_000)).toBe(1);
  backoff.heardFrom(place);
  expect([backoff.isSilent(place, 20_001), backoff.failed(place, 20_001)]).toEqual([false, 1]);
});

/** Nodes, each on a host of its own, that have joined one after the other. */
async function joined(
  loop: VirtualEventLoop,
  count: number,
): Promise<{ hosts: SimulatedHost[]; nodes: DhtNode[] }> {
  const hosts = Array.from({ length: count }, (_, i) => loop.network.host(`n${i}`));
  const nodes: DhtNode[] = [];
  for (const host of hosts) {
    const bootstrap = nodes.length === 0 ? [] : [{ host: hosts[0]!.addresses[0]!, port: 1 }];
    const node = new DhtNode({ port: 1, bootstrap });
    host.start(() => node.run());
    await host.run(() => node.joined());
    nodes.push(node);
  }
  return { hosts, nodes };
}

test('a node whose network is down for hours finds the others again, and they find it', async () => {
  await simulate(
    async (loop) => {
      const { hosts, nodes } = await joined(loop, 12);
      const [left, ...others] = hosts as [SimulatedHost, ...SimulatedHost[]];
      loop.network.partition([left], others);
      await sleep(3 * 3600);
      expect(nodes[0]!.table.size).toBe(0);
      loop.network.heal();
      await sleep(2 * 3600);
      expect(nodes[0]!.table.size).toBeGreaterThanOrEqual(K);
      await hosts[5]!.run(() => nodes[5]!.put('colour', Buffer.from('blue')));
      expect(String(await left.run(() => nodes[0]!.get('colour')))).toBe('blue');
      for (const host of hosts) host.crash();
    },
    { seed: 3, link: { latency: 0.01 }, timeout: 100_000 },
  );
});

test('a search does not ask again what has just not answered, though others still name it', async () => {
  await simulate(
    async (loop) => {
      const { hosts, nodes } = await joined(loop, 16);
      for (const host of hosts.slice(8)) host.crash();
      const { tap } = loop.network;
      tap.limit = 100_000;
      for (let i = 0; i < 3; i++) await hosts[0]!.run(() => nodes[0]!.get('nothing'));
      const lost = tap.events({ filter: ({ from, kind }) => from === 'n0' && kind === 'datagram lost' });
      const counts = hosts.slice(8).map(({ name }) => lost.filter(({ to }) => to === name).length);
      expect(lost.length).toBeGreaterThan(2);
      expect(counts.filter((count) => count !== 0 && count !== 2)).toEqual([]);
      for (const host of hosts) host.crash();
    },
    { seed: 4, link: { latency: 0.01 }, timeout: 100_000 },
  );
});

test('values are found while nodes come and go all the time', async () => {
  await simulate(
    async (loop) => {
      const running: { host: SimulatedHost; node: DhtNode }[] = [];
      const any = () => running[Math.floor(Math.random() * running.length)]!;
      let count = 0;
      const add = async () => {
        const host = loop.network.host(`n${count++}`);
        const bootstrap = running.length === 0 ? [] : [{ host: any().host.addresses[0]!, port: 1 }];
        const node = new DhtNode({ port: 1, bootstrap });
        host.start(() => node.run());
        await host.run(() => node.joined());
        running.push({ host, node });
      };
      for (let i = 0; i < 20; i++) await add();
      for (let i = 0; i < 20; i++) {
        const { host, node } = any();
        await host.run(() => node.put(`key ${i}`, Buffer.from(`value ${i}`)));
      }
      // Within three hours and a half each place changes hands twice.
      for (let i = 0; i < 40; i++) {
        running.splice(Math.floor(Math.random() * running.length), 1)[0]!.host.crash();
        await add();
        await sleep(300);
      }
      for (let i = 0; i < 20; i++) {
        const { host, node } = any();
        expect(String(await host.run(() => node.get(`key ${i}`)))).toBe(`value ${i}`);
      }
      for (const { host } of running) host.crash();
    },
    { seed: 5, link: { latency: 0.02, jitter: 0.03, loss: 0.02 }, timeout: 100_000 },
  );
});

/** A message with contacts in plain form, since a contact converts its address. */
function plain({ message, ...rest }: Envelope): unknown {
  if (message.kind !== 'nodes') return { message, ...rest };
  return { ...rest, contacts: message.contacts.map(({ id, host, port }) => ({ id, host, port })) };
}

const messages: (Request | Reply)[] = [
  { kind: 'ping' },
  { kind: 'findNode', target: Id.ofKey('a') },
  { kind: 'findValue', target: Id.ofKey('b') },
  { kind: 'store', target: Id.ofKey('c'), age: 7, value: Buffer.from('value') },
  { kind: 'done' },
  { kind: 'nodes', contacts: [Contact.at(Id.random(), '10.1.2.3', 65_535)] },
  { kind: 'value', age: 0, value: Buffer.alloc(0) },
];

test.each(messages)(
  'a datagram of kind $kind is read as it was written, and refused when it was cut',
  (message) => {
    const envelope = { sender: Id.random(), transaction: 2n ** 63n + 1n, message };
    const data = encode(envelope);
    const decoded = decode(data)!;
    expect(decoded.sender.equals(envelope.sender)).toBe(true);
    expect(plain(decoded)).toEqual(plain(envelope));
    // Values may have any length, and a list of contacts may lack whole contacts.
    const shortest = message.kind === 'store' ? 53 : message.kind === 'value' ? 33 : data.length;
    for (let length = 0; length < shortest; length++) {
      if (message.kind === 'nodes' && length === 29) continue;
      expect(decode(data.subarray(0, length))).toBeNull();
    }
  },
);
