import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gather, run, type Task, TaskGroup } from 'bight';
import { ConnectionRefusedError, MqttClient } from '../src/mqtt/mqtt-client.js';
import { Kind, matches, packet, readPublish, text, word } from '../src/mqtt/packets.js';
import { RunningExample } from './support/example.js';

const directory = mkdtempSync(path.join(tmpdir(), 'bight-mqtt-'));
let port = 0;
let broker: ChildProcess;

/** Starts the broker, on the same port each time, and waits until it serves. */
async function startBroker(): Promise<void> {
  broker = spawn('mosquitto', ['-c', path.join(directory, 'conf')], { stdio: 'ignore' });
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    const isServing = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isServing) return;
    if (broker.exitCode !== null) throw new Error('mosquitto has ended');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function killBroker(): Promise<void> {
  const closed = once(broker, 'close');
  broker.kill('SIGKILL');
  await closed;
}

beforeAll(async () => {
  const { installDebianPackages } = await import('../../test/support/debian.mjs');
  installDebianPackages({ mosquitto: 'mosquitto', mosquitto_pub: 'mosquitto-clients' });
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  port = (probe.address() as AddressInfo).port;
  probe.close();
  await once(probe, 'close');
  const settings = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'user root', 'max_keepalive 60'];
  writeFileSync(path.join(directory, 'conf'), `${settings.join('\n')}\n`);
  await startBroker();
}, 240_000);

afterAll(async () => {
  await killBroker();
  rmSync(directory, { recursive: true, force: true });
});

const clientNamed = (clientId: string, keepAlive?: number, onConnection?: (isConnected: boolean) => void) =>
  new MqttClient({ host: '127.0.0.1', port, clientId, keepAlive, onConnection });

/** Runs clients beside the body, and ends them with it. */
async function withClients(clients: readonly MqttClient[], body: () => Promise<void>): Promise<void> {
  await run(() =>
    TaskGroup.run(async (group) => {
      for (const client of clients) group.createTask(() => client.run());
      await body();
      group.cancel();
    }),
  );
}

test('messages arrive, in order, and go to those who have asked for them', async () => {
  const [one, other] = [clientNamed('one'), clientNamed('other')];
  await withClients([one, other], async () => {
    const numbers = await other.subscribe('numbers/+');
    const everything = await other.subscribe('#');
    for (let i = 0; i < 300; i++) {
      await one.publish('numbers/odd', `${2 * i + 1}`);
      expect((await numbers.receive()).payload.toString()).toBe(`${2 * i + 1}`);
      expect((await everything.receive()).topic).toBe('numbers/odd');
    }
    // After one reader leaves, the other still gets messages.
    numbers.close();
    await one.publish('numbers/even', Buffer.alloc(300_000));
    expect((await everything.receive()).payload).toHaveLength(300_000);
    await one.publish('kept', 'value', { retain: true });
    const kept = await one.subscribe('kept');
    expect(await kept.receive()).toMatchObject({ topic: 'kept', isRetained: true });
  });
});

test('mosquitto’s own programs are understood', async () => {
  const client = clientNamed('peer');
  await withClients([client], async () => {
    const messages = await client.subscribe('from/mosquitto');
    const publish = ['-p', `${port}`, '-q', '1', '-t', 'from/mosquitto', '-m', 'hello'];
    await promisify(execFile)('mosquitto_pub', publish);
    expect((await messages.receive()).payload.toString()).toBe('hello');
    await client.publish('to/mosquitto', 'hello', { retain: true });
    const subscribe = ['-p', `${port}`, '-C', '1', '-v', '-t', 'to/+'];
    const { stdout } = await promisify(execFile)('mosquitto_sub', subscribe);
    expect(stdout).toBe('to/mosquitto hello\n');
  });
});

test('a broker that is killed and started again loses nothing that was not acknowledged', async () => {
  const connections: boolean[] = [];
  const [one, other] = [
    clientNamed('survivor', 30, (isConnected) => connections.push(isConnected)),
    clientNamed('listener'),
  ];
  await withClients([one, other], async () => {
    const messages = await other.subscribe('news');
    await one.publish('news', 'before');
    expect((await messages.receive()).payload.toString()).toBe('before');
    await killBroker();
    const pending: Task<void>[] = [];
    await TaskGroup.run(async (group) => {
      for (let i = 0; i < 10; i++)
        pending.push(group.createTask(() => one.publish('kept news', `${i}`, { retain: true })));
      await startBroker();
      await gather(pending);
    });
    expect(connections).toEqual([true, false, true]);
    // The broker retained the last message that the client sent again.
    const kept = await other.subscribe('kept news');
    expect((await kept.receive()).payload.toString()).toBe('9');
    await one.publish('news', 'after');
    expect((await messages.receive()).payload.toString()).toBe('after');
  });
});

test('a broker that falls silent is left, one that refuses is not asked again', async () => {
  let isSilent = true;
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    socket.on('error', () => {});
    socket.once('data', () => socket.write(isSilent ? Buffer.of(0x20, 2, 0, 0) : Buffer.of(0x20, 2, 0, 5)));
    if (connections === 2) isSilent = false;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const client = new MqttClient({ host: '127.0.0.1', port: address.port, clientId: 'x', keepAlive: 0.1 });
  await expect(run(() => client.run())).rejects.toThrow(ConnectionRefusedError);
  expect(connections).toBe(2);
  server.close();
});

test('the programs publish and subscribe', async () => {
  const subscriber = new RunningExample('mqtt', [
    'subscribe',
    'greetings/#',
    `--port=${port}`,
    '--id=program',
  ]);
  const client = clientNamed('tester');
  await withClients([client], async () => {
    // It may subscribe late, so the message is retained.
    await client.publish('greetings/first', 'hello', { retain: true });
    expect(await subscriber.line()).toBe('greetings/first hello');
  });
  subscriber.signal('SIGTERM');
  expect(await subscriber.end()).toEqual({
    status: 0,
    rest: [],
    errorOutput: 'connected\nconnection lost\n',
  });
});

test.each([
  ['a/b', 'a/b', true],
  ['a/b', 'a/b/c', false],
  ['a/+', 'a/b', true],
  ['a/+', 'a', false],
  ['+/+', '/b', true],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['#', '$SYS/x', false],
  ['$SYS/#', '$SYS/x', true],
])('the filter %s and the topic %s: %p', (filter, topic, expected) => {
  expect(matches(filter, topic)).toBe(expected);
});

test('lengths take one to four bytes', () => {
  for (const [length, bytes] of [
    [127, 1],
    [128, 2],
    [16_384, 3],
    [2_097_152, 4],
  ] as const)
    expect(packet(Kind.publish, 0, Buffer.alloc(length))).toHaveLength(1 + bytes + length);
  const body = Buffer.concat([text('tøpic'), word(7), Buffer.from('x')]);
  expect(readPublish({ kind: Kind.publish, flags: 3, body })).toEqual({
    message: { topic: 'tøpic', payload: Buffer.from('x'), isRetained: true },
    number: 7,
  });
  for (let length = 0; length < body.length - 1; length++)
    expect(() => readPublish({ kind: Kind.publish, flags: 2, body: body.subarray(0, length) })).toThrow(
      'cut',
    );
});
