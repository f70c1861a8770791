import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { run, TaskGroup } from 'bight';
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

test('a bucket keeps those that were there first, while they live', () => {
  const own = Id.from(Buffer.alloc(20));
  const table = new RoutingTable(own);
  const contacts = Array.from({ length: K + 1 }, (_, i) =>
    Contact.at(own.randomBeside(3), '10.0.0.1', 1000 + i),
  );
  for (const contact of contacts.slice(0, K)) expect(table.saw(contact)).toBeNull();
  expect(table.saw(contacts[K]!)).toBe(contacts[0]);
  expect(table.saw(contacts[0]!)).toBeNull();
  expect(table.saw(contacts[K]!)).toBe(contacts[1]);
  table.forget(contacts[1]!);
  expect(table.saw(contacts[K]!)).toBeNull();
  expect(table.size).toBe(K);
  // Another node cannot take over the name of one that is known.
  table.saw(Contact.at(contacts[2]!.id, '10.6.6.6', 1));
  expect(table.closest(contacts[2]!.id, 1)).toEqual([contacts[2]]);
});

/** A message as it is read: where a contact is, is not kept as it was given. */
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
    // Values may have any length, and a list of contacts may be shorter by whole ones.
    const shortest = message.kind === 'store' ? 53 : message.kind === 'value' ? 33 : data.length;
    for (let length = 0; length < shortest; length++) {
      if (message.kind === 'nodes' && length === 29) continue;
      expect(decode(data.subarray(0, length))).toBeNull();
    }
  },
);
