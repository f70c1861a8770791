import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay, setImmediate as nextImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Protocol, type Transport } from '@bight/loop-abstract';
import { wrapFuture } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { runsOf } from '../../../../test/support/extent.js';
import { Recording } from '../../../../test/support/recording.js';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';

/** Echoes for ever, and counts. */
class PingPong extends Protocol {
  rounds = 0;
  transport!: Transport;
  override connectionMade(transport: unknown): void {
    this.transport = transport as Transport;
  }
  override dataReceived(data: Buffer): void {
    this.rounds++;
    this.transport.write(data);
  }
}

/** Keeps messages going round on several connections, so that the loop always has something to do. */
async function keepBusy(loop: TestLoop): Promise<{ rounds: () => number; stop: () => void }> {
  const players: PingPong[] = [];
  const join = () => {
    const player = new PingPong();
    players.push(player);
    return player;
  };
  const { server, host, port } = await serve(loop, join);
  for (let index = 0; index < 20; index++) {
    const [transport] = await loop.createConnection(join, { host, port });
    transport.write(Buffer.alloc(1000, 'x'));
  }
  return {
    rounds: () => players.reduce((sum, { rounds }) => sum + rounds, 0),
    stop: () => {
      for (const { transport } of players) transport.abort();
      server.close();
    },
  };
}

describe.each(drivers)('$name: beside a busy loop', ({ Loop }) => {
  async function busy(main: (loop: TestLoop, rounds: () => number) => Promise<void>): Promise<void> {
    await runOn(Loop, async (loop) => {
      const { rounds, stop } = await keepBusy(loop);
      await main(loop, rounds);
      stop();
    });
  }

  test('a server and fetch() of Node go on, and the loop with them', () =>
    busy(async (_loop, rounds) => {
      const server = http.createServer((request, response) => response.end(`you asked for ${request.url}`));
      server.listen(0, '127.0.0.1');
      await wrapFuture(once(server, 'listening'));
      const { port } = server.address() as AddressInfo;
      for (let index = 0; index < 10; index++) {
        const before = rounds();
        const response = await wrapFuture(fetch(`http://127.0.0.1:${port}/${index}`));
        expect(await wrapFuture(response.text())).toBe(`you asked for /${index}`);
        expect(rounds()).toBeGreaterThan(before);
      }
      server.closeAllConnections();
      server.close();
    }));

  test('child processes end, and their output comes', () =>
    busy(async () => {
      const child = spawn('sh', ['-c', 'echo one; echo two; exit 3'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const output: Buffer[] = [];
      child.stdout.on('data', (data: Buffer) => output.push(data));
      const [status] = await wrapFuture(once(child, 'close'));
      expect([status, Buffer.concat(output).toString()]).toEqual([3, 'one\ntwo\n']);
    }));

  test('messages of worker threads come', () =>
    busy(async () => {
      const worker = new Worker(
        `require('node:worker_threads').parentPort.on('message', (x) => {
        require('node:worker_threads').parentPort.postMessage(x + 1); })`,
        { eval: true },
      );
      for (let index = 0; index < 5; index++) {
        worker.postMessage(index);
        expect((await wrapFuture(once(worker, 'message')))[0]).toBe(index + 1);
      }
      await wrapFuture(worker.terminate());
    }));

  test("Node's timers and immediates get their turn after a bounded number of events", () =>
    busy(async (_loop, rounds) => {
      let most = 0;
      for (let index = 0; index < runsOf(200, 40); index++) {
        const before = rounds();
        await wrapFuture(nextImmediate());
        most = Math.max(most, rounds() - before);
      }
      // 40 ends are at most once in each batch, and only a few batches run in a row.
      expect(most).toBeLessThanOrEqual(40 * 8);
      await wrapFuture(delay(1));
    }));

  test("the loop's sockets and timers get their turn beside a process that is always busy", () =>
    busy(async (loop, rounds) => {
      let isSpinning = true;
      let spins = 0;
      const spin = () => {
        spins++;
        if (isSpinning) setImmediate(spin);
      };
      spin();
      const before = rounds();
      const timer = loop.createFuture<void>();
      loop.callLater(0.001, () => timer.setResult(undefined));
      await timer;
      while (rounds() < before + runsOf(1000, 200)) {
        const turn = loop.createFuture<void>();
        loop.callSoon(() => turn.setResult(undefined));
        await turn;
      }
      isSpinning = false;
      expect(spins).toBeGreaterThan(0);
    }));

  test('callbacks that schedule each other for ever do not starve the network', () =>
    busy(async (loop, rounds) => {
      let isChained = true;
      const chain = (): void => {
        if (isChained) loop.callSoon(chain);
      };
      chain();
      const before = rounds();
      const { host, port } = await serve(loop, () => new Recording(loop));
      const [transport] = await loop.createConnection(() => new Recording(loop), { host, port });
      while (rounds() < before + runsOf(500, 100)) await wrapFuture(nextImmediate());
      isChained = false;
      transport.abort();
    }));
});

test('every worker thread can have a selector loop of its own', async () => {
  const program = path.join('packages', 'loop-net', 'test', 'programs', 'selector-workers.ts');
  const { status, stdout, stderr } = await runTypeScript(program);
  expect({ status, stderr, lines: stdout.trim().split('\n').sort() }).toEqual({
    status: 0,
    stderr: '',
    lines: ['main: 500 echoes', 'worker 1: 500 echoes', 'worker 2: 500 echoes', 'worker 3: 500 echoes'],
  });
});

test('a foreign microtask may throw while a batch of events is delivered', async () => {
  const program = path.join('packages', 'loop-net', 'test', 'programs', 'foreign-errors.ts');
  const { status, stdout } = await runTypeScript(program);
  expect({ status, stdout }).toEqual({ status: 0, stdout: '20 echoes, 20 foreign errors\n' });
});
