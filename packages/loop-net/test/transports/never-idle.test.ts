import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AF_UNIX } from '@bight/sockets';
import { afterAll, describe, expect, test } from '@jest/globals';
import { neverRest } from '../../../../test/support/never-rest.js';
import { randomNumbers } from '../../../../test/support/random-numbers.js';
import { Recording, TRANSPORT_LIFE } from '../../../../test/support/recording.js';
import { DatagramRecording } from '../support/datagrams.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';

const directory = mkdtempSync(path.join(tmpdir(), 'bight-busy-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Writes at random as soon as it is connected, and ends at random. */
class Chatty extends Recording {
  readonly #random: (below: number) => number;
  #hasEnded = false;
  constructor(loop: TestLoop, seed: number) {
    super(loop);
    this.#random = randomNumbers(seed);
    this.keepsOpen = this.#random(2) === 0;
  }
  override connectionMade(transport: never): void {
    super.connectionMade(transport);
    this.#act();
  }
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.#act();
  }
  override eofReceived(): boolean {
    super.eofReceived();
    if (this.keepsOpen) this.transport.close();
    return this.keepsOpen;
  }
  #act(): void {
    const { transport } = this;
    const kind = this.#random(8);
    if (kind <= 4 && !this.#hasEnded) transport.write(Buffer.alloc(1 + this.#random(100_000)));
    if (kind === 2) transport.pauseReading();
    if (kind === 2) transport.resumeReading();
    if (kind === 5) {
      this.#hasEnded = true;
      transport.writeEof();
    }
    if (kind === 6) transport.close();
    if (kind === 7) transport.abort();
    if (this.chunks.length > 20) transport.close();
  }
}

describe.each(drivers)('$name: beside a task that always has a turn waiting', ({ name: driver, Loop }) => {
  test.each(['TCP', 'Unix'])('the life of a transport is in order, over %s', async (kind) => {
    await runOn(Loop, async (loop) => {
      let isOver = false;
      const busy = loop.createTask(() => neverRest(() => isOver));
      const all: Recording[] = [];
      let seed = 0;
      const factory = () => {
        const protocol = new Chatty(loop, ++seed * 7919);
        all.push(protocol);
        return protocol;
      };
      const name = path.join(directory, `${kind}-${Loop.name}`);
      const unix = kind === 'Unix' ? await loop.createUnixServer(factory, { path: name }) : null;
      const tcp = kind === 'TCP' ? await serve(loop, factory) : null;
      for (let connection = 0; connection < 40; connection++) {
        if (tcp === null) await loop.createUnixConnection(factory, { path: name });
        else await loop.createConnection(factory, { host: tcp.host, port: tcp.port });
        if (connection % 8 === 7) for (const { transport } of all) transport?.close();
      }
      for (const protocol of all) {
        await protocol.event('made');
        protocol.transport.close();
        await protocol.event('lost');
      }
      isOver = true;
      await busy;
      for (const { events } of all) {
        expect(events.join(' ')).toMatch(TRANSPORT_LIFE);
        expect(events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
        expect(events.at(-1)).toMatch(/^lost/);
      }
      unix?.close();
      tcp?.server.close();
    });
  });

  test('a datagram endpoint is made before it receives anything', async () => {
    await runOn(Loop, async (loop) => {
      let isOver = false;
      const busy = loop.createTask(() => neverRest(() => isOver));
      const localAddr = { host: '127.0.0.1', port: 0 };
      const [, sender] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), { localAddr });
      for (let round = 0; round < 10; round++) {
        const made = loop.createDatagramEndpoint(() => new DatagramRecording(loop), { localAddr });
        const [transport, receiver] = await made;
        const { host, port } = transport.getExtraInfo('sockname') as { host: string; port: number };
        sender.transport.sendto(Buffer.from('x'), { host, port });
        await receiver.received(1);
        transport.close();
        await receiver.until(({ events }) => events.some((event) => event.startsWith('lost')));
        expect(receiver.events).toEqual(['made', 'datagram', 'lost null']);
      }
      sender.transport.close();
      isOver = true;
      await busy;
    });
  });

  if (driver !== 'proactor') {
    test('an endpoint of Unix datagrams is made before it receives anything', async () => {
      await runOn(Loop, async (loop) => {
        let isOver = false;
        const busy = loop.createTask(() => neverRest(() => isOver));
        const open = (localAddr: string) =>
          loop.createDatagramEndpoint(() => new DatagramRecording(loop), { localAddr, family: AF_UNIX });
        const [sender] = await open(path.join(directory, `sender-${Loop.name}`));
        for (let round = 0; round < 10; round++) {
          const name = path.join(directory, `receiver-${Loop.name}-${round}`);
          const [transport, receiver] = await open(name);
          sender.sendto(Buffer.from('x'), name);
          await receiver.received(1);
          transport.close();
          await receiver.until(({ events }) => events.some((event) => event.startsWith('lost')));
          expect(receiver.events).toEqual(['made', 'datagram', 'lost null']);
        }
        sender.close();
        isOver = true;
        await busy;
      });
    });
  }
});
