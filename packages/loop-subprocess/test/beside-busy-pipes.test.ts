import {
  type PipeSource,
  Protocol,
  SubprocessProtocol,
  type SubprocessTransport,
  type WriteTransport,
} from '@bight/loop-abstract';
import { sleep } from '@bight/loop-core';
import { socketpair } from '@bight/sockets';
import { openPipe } from '@bight/sockets/low-level';
import { expect, test } from '@jest/globals';
import { closeAll } from '../../../test/support/close-all.js';
import { neverRest } from '../../../test/support/never-rest.js';
import { randomNumbers } from '../../../test/support/random-numbers.js';
import { Recording, TRANSPORT_LIFE } from '../../../test/support/recording.js';
import { describeOnEachLoop, inLoop, type SubprocessEventLoop } from './support/each-loop.js';

/** Counts the pieces that come out of a process, and needs a millisecond for each. */
class Slow extends SubprocessProtocol {
  pieces = 0;
  transport!: SubprocessTransport;
  override connectionMade(transport: SubprocessTransport): void {
    this.transport = transport;
  }
  override pipeDataReceived(): void {
    this.pieces++;
    for (const start = performance.now(); performance.now() - start < 1; );
  }
}

/** A process whose output comes back from a pipe of its own. */
class Answers extends SubprocessProtocol {
  bytes = 0;
  transport!: SubprocessTransport;
  override connectionMade(transport: SubprocessTransport): void {
    this.transport = transport;
  }
  override pipeDataReceived(_fd: number, data: Buffer): void {
    this.bytes += data.length;
  }
}

describeOnEachLoop('beside processes that never stop writing', () => {
  test('each of them progresses, and a quiet pipe is answered', () =>
    inLoop(async (loop) => {
      const busy: Slow[] = [];
      for (let count = 0; count < 2; count++) {
        const [, protocol] = await loop.subprocessExec(() => new Slow(), 'yes', []);
        busy.push(protocol);
      }
      const [, answers] = await loop.subprocessExec(() => new Answers(), 'cat', []);
      const stdin = answers.transport.getPipeTransport(0) as WriteTransport;
      const [reading, writing] = openPipe();
      const [, quiet] = await loop.connectReadPipe(() => new Recording(loop), reading);
      const [writer] = await loop.connectWritePipe(() => new Protocol(), writing);
      const total = () => busy.reduce((sum, { pieces }) => sum + pieces, 0);
      for (let round = 1; round <= 10; round++) {
        const before = total();
        writer.write(Buffer.from('x'));
        await quiet.received(round);
        expect(total() - before).toBeLessThan(100);
        stdin.write(Buffer.from('x'));
        while (answers.bytes < round) await sleep(0);
      }
      while (Math.min(...busy.map(({ pieces }) => pieces)) < 20) await sleep(0);
      for (const { transport } of [...busy, answers]) transport.kill();
      for (const { transport } of [...busy, answers]) transport.close();
      await closeAll(loop);
    }));
});

/** A pipe that acts at random in each of its callbacks, and ends at random. */
class Chatty extends Recording {
  readonly #random: (below: number) => number;
  constructor(loop: SubprocessEventLoop, seed: number) {
    super(loop);
    this.#random = randomNumbers(seed);
  }
  override connectionMade(transport: never): void {
    super.connectionMade(transport);
    this.act();
  }
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.act();
  }
  act(): void {
    const { transport } = this;
    const kind = this.#random(8);
    if (kind <= 4) transport.write?.(Buffer.alloc(1 + this.#random(100_000)));
    if (kind === 5) transport.pauseReading?.();
    if (kind === 5) transport.resumeReading?.();
    if (kind === 6 && this.#random(4) === 0) transport.close();
    if (kind === 7 && this.#random(4) === 0) transport.abort?.();
    if (this.chunks.length > 20) transport.close();
  }
}

/** A process whose callbacks are written down, those of its pipes too. */
class Life extends SubprocessProtocol {
  readonly events: string[] = [];
  override connectionMade(): void {
    this.events.push('made');
  }
  override pipeDataReceived(fd: number): void {
    this.events.push(`data ${fd}`);
  }
  override pipeConnectionLost(fd: number): void {
    this.events.push(`lost ${fd}`);
  }
  override processExited(): void {
    this.events.push('exited');
  }
  override connectionLost(): void {
    this.events.push('lost');
  }
}

/** Runs a test beside a task that always has a turn waiting. */
function busily(main: (loop: SubprocessEventLoop) => Promise<void>): Promise<void> {
  return inLoop(async (loop) => {
    let isOver = false;
    const busy = loop.createTask(() => neverRest(() => isOver));
    try {
      await main(loop);
      await closeAll(loop);
    } finally {
      isOver = true;
      await busy;
    }
  });
}

async function expectLives(all: readonly Recording[]): Promise<void> {
  for (const protocol of all) {
    await protocol.event('made');
    protocol.transport.close();
    await protocol.event('lost');
  }
  for (const { events } of all) {
    expect(events.join(' ')).toMatch(TRANSPORT_LIFE);
    expect(events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
    expect(events.at(-1)).toMatch(/^lost/);
  }
}

describeOnEachLoop('beside a task that always has a turn waiting', () => {
  test('the lives of both ends of a pipe are in order', () =>
    busily(async (loop) => {
      const all: Chatty[] = [];
      const factory = () => {
        const protocol = new Chatty(loop, (all.length + 1) * 7919);
        all.push(protocol);
        return protocol;
      };
      for (let count = 0; count < 30; count++) {
        const [reading, writing] = openPipe();
        await loop.connectReadPipe(factory, reading);
        await loop.connectWritePipe(factory, writing);
        for (const protocol of all.slice(-2)) if (!protocol.transport.isClosing()) protocol.act();
      }
      await expectLives(all);
    }));

  test('the lives of both ends of a socket that is a pipe are in order', () =>
    busily(async (loop) => {
      const all: Chatty[] = [];
      const factory = () => {
        const protocol = new Chatty(loop, (all.length + 1) * 104_729);
        all.push(protocol);
        return protocol;
      };
      for (let count = 0; count < 30; count++) {
        for (const socket of socketpair()) await loop.connectWritePipe(factory, socket as PipeSource);
      }
      await expectLives(all);
    }));

  test('the life of a process and of its pipes is in order', () =>
    busily(async (loop) => {
      for (let round = 0; round < 6; round++) {
        const [transport, life] = await loop.subprocessShell(
          () => new Life(),
          'echo out; echo err >&2; exec cat',
        );
        (transport.getPipeTransport(0) as WriteTransport).write(Buffer.alloc(round * 50_000));
        if (round % 3 === 0) transport.kill();
        else (transport.getPipeTransport(0) as WriteTransport).close();
        while (!life.events.includes('lost')) await sleep(0);
        const { events } = life;
        expect([events[0], events.at(-1)]).toEqual(['made', 'lost']);
        expect(events.indexOf('exited')).toBe(events.lastIndexOf('exited'));
        for (const fd of [1, 2]) {
          const lost = events.indexOf(`lost ${fd}`);
          expect(lost).toBe(events.lastIndexOf(`lost ${fd}`));
          expect(events.lastIndexOf(`data ${fd}`)).toBeLessThan(lost);
        }
        transport.close();
      }
    }));
});
