import { writeFileSync } from 'node:fs';
import { BrokenExecutor } from '@bight/executors';
import { CancelledError } from '@bight/loop-abstract';
import { type Future, gather, sleep } from '@bight/loop-core';
import { expect, jest, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { FaultBench } from '../support/fault-bench.js';

const isSample = process.env.BIGHT_QUEUE_SAMPLE !== undefined;
/** How many jobs are under way when Redis is killed. */
const MANY = isSample ? 500 : 10_000;
/** For faults that take too long for CI. */
const atLength = isSample ? () => undefined : test;

jest.setTimeout(isSample ? 60_000 : 600_000);

const all = (futures: readonly unknown[]) => gather(futures as Future<unknown>[], { returnExceptions: true });

test('a job whose worker is killed runs again elsewhere, and its future resolves once', () =>
  FaultBench.run(async (bench) => {
    const executor = bench.executor();
    const [log, gate] = [bench.file(), bench.file()];
    const first = await bench.worker({ lock: 1 });
    const future = executor.submit(bench.job('waitForFile'), [gate, log], { key: 'job' });
    let ends = 0;
    future.addDoneCallback(() => ends++);
    await bench.lines(log, 1);
    await bench.worker({ lock: 1 });
    await first.end('SIGKILL');
    await bench.lines(log, 2);
    writeFileSync(gate, '');
    expect(await future).toBe('job');
    await executor.shutdown();
    expect(ends).toBe(1);
  }));

test('no job is lost and nothing hangs when Redis is killed and started again', () =>
  FaultBench.run(async (bench) => {
    const states: string[] = [];
    const executor = bench.executor({ onState: (state) => states.push(state) });
    const workers = [
      await bench.worker({ concurrency: 20, lock: 2 }),
      await bench.worker({ concurrency: 20, lock: 2 }),
    ];
    const numbers = Array.from({ length: MANY }, (_, n) => n);
    let done = 0;
    const futures = numbers.map((n) => {
      const future = executor.submit(bench.job('addLater'), [n, 1]);
      future.addDoneCallback(() => done++);
      return future;
    });
    await bench.until(() => done > MANY / 5);
    await bench.redis.kill();
    await bench.until(() => executor.state === 'reconnecting');
    expect(done).toBeLessThan(MANY);
    await bench.redis.restart();
    expect(await all(futures)).toEqual(numbers.map((n) => n + 1));
    expect(states.join(' ')).toMatch(/reconnecting.* connected$/);
    await executor.shutdown();
    for (const worker of workers) expect(await worker.end()).toBe(0);
    expect(await bench.redis.keys()).toEqual([]);
  }));

atLength('jobs are submitted again that Redis has lost', () =>
  FaultBench.run(async (bench) => {
    const executor = bench.executor();
    const waiting = [1, 2, 3].map((n) => executor.submit(bench.job('add'), [n, 1]));
    await bench.until(async () => (await executor.statistics()).waiting === 3);
    await bench.redis.ask((redis) => redis.flushall());
    await bench.worker();
    expect(await all(waiting)).toEqual([2, 3, 4]);
    await executor.shutdown();
  }),
);

test("with orphans: 'cancel', the jobs of a submitter that dies are cancelled, running or not", () =>
  FaultBench.run(async (bench) => {
    const [log, gate, other] = [bench.file(), bench.file(), bench.file()];
    const options = { orphans: 'cancel', heartbeat: 0.2 };
    await bench.worker();
    const running = await bench.submitter('waitForCancel', options, [log]);
    await bench.lines(log, 1);
    const waiting = await bench.submitter('note', options, [other, 'begun']);
    // The one that waits first: its job would begin, once the other has ended, if its death were noticed later.
    await waiting.kill();
    await bench.until(async () => (await livingSubmitters(bench)) === 1);
    await running.kill();
    expect((await bench.lines(log, 3)).includes('finally')).toBe(true);
    const executor = bench.executor();
    writeFileSync(gate, '');
    expect(await executor.submit(bench.job('waitForFile'), [gate, other], { key: 'after' })).toBe('after');
    expect(await bench.lines(other, 1)).toEqual(['after']);
    await executor.shutdown();
  }));

atLength('otherwise they end, and a result that is not taken is removed after its time', () =>
  FaultBench.run(async (bench) => {
    const [log, gate] = [bench.file(), bench.file()];
    const worker = await bench.worker();
    const submitter = await bench.submitter('waitForFile', { heartbeat: 0.2, resultTtl: 1 }, [gate, log]);
    await bench.lines(log, 1);
    await submitter.kill();
    writeFileSync(gate, '');
    const executor = bench.executor({ resultTtl: 1 });
    await bench.until(async () => (await executor.statistics()).completed === 1);
    // BullMQ checks the age of results when another job ends.
    await sleep(2);
    await executor.submit(bench.job('add'), [1, 2]);
    await bench.until(async () => (await executor.statistics()).completed === 0);
    await executor.shutdown();
    await worker.end();
    expect(await bench.redis.keys()).toEqual([]);
  }),
);

atLength('a cancel that meets the end of its job is either', () =>
  FaultBench.run(async (bench) => {
    const executor = bench.executor();
    const worker = await bench.worker({ concurrency: 4 });
    const futures = [];
    for (let n = 0; n < 200; n++) {
      const future = executor.submit(bench.job('add'), [n, 1]);
      futures.push(future);
      setTimeout(() => future.cancel(), (n * 7) % 40);
    }
    const results = await all(futures);
    for (const [n, result] of results.entries()) {
      if (!(result instanceof CancelledError)) expect(result).toBe(n + 1);
    }
    await executor.shutdown();
    await worker.end();
    expect(await bench.redis.keys()).toEqual([]);
  }),
);

atLength('a job that kills its workers fails, and the others end', () =>
  FaultBench.run(async (bench) => {
    const executor = bench.executor();
    let isOver = false;
    const supervise = async () => {
      while (!isOver) await (await bench.worker({ lock: 0.5 })).exited;
    };
    const supervisor = supervise();
    const poisoned = executor.submit(bench.job('die', 'own'), []);
    const others = [1, 2, 3].map((n) => executor.submit(bench.job('add'), [n, 1]));
    const [error] = await all([poisoned]);
    expect(error).toBeInstanceOf(BrokenExecutor);
    expect(await all(others)).toEqual([2, 3, 4]);
    expect((await executor.deadLetters()).map(({ name }) => name)).toEqual(['die']);
    isOver = true;
    await executor.shutdown();
    await bench.endWorkers();
    await supervisor;
  }),
);

test('two clients with one key have one job, which is cancelled with the last of them', () =>
  FaultBench.run(async (bench) => {
    const [a, b] = [bench.executor(), bench.executor()];
    const [log, gate, cancels] = [bench.file(), bench.file(), bench.file()];
    const worker = await bench.worker({ concurrency: 4 });
    const futures = [a, b].map((executor) =>
      executor.submit(bench.job('waitForFile'), [gate, log], { key: 'one' }),
    );
    const doomed = [a, b].map((executor) =>
      executor.submit(bench.job('waitForCancel'), [cancels], { key: 'two' }),
    );
    await bench.lines(log, 1);
    await bench.lines(cancels, 1);
    // Both submissions have arrived once both executors have answered.
    await Promise.all([a.statistics(), b.statistics()]);
    await sleep(0.2);
    doomed[0]!.cancel();
    await a.statistics();
    writeFileSync(gate, '');
    expect(await all(futures)).toEqual(['one', 'one']);
    expect(await bench.lines(log, 1)).toEqual(['one']);
    expect(await bench.lines(cancels, 1)).toEqual(['begun']);
    doomed[1]!.cancel();
    expect((await bench.lines(cancels, 3)).includes('finally')).toBe(true);
    await Promise.all([a.shutdown(), b.shutdown()]);
    await worker.end();
    expect(await bench.redis.keys()).toEqual([]);
  }));

test('a worker finishes what it runs on SIGTERM, and begins nothing more', () =>
  FaultBench.run(async (bench) => {
    const executor = bench.executor();
    const [log, gate] = [bench.file(), bench.file()];
    const worker = await bench.worker();
    const running = executor.submit(bench.job('waitForFile'), [gate, log], { key: 'running' });
    await bench.lines(log, 1);
    const waiting = executor.submit(bench.job('note'), [log, 'waiting']);
    worker.child.kill('SIGTERM');
    await sleep(0.2);
    writeFileSync(gate, '');
    expect(await running).toBe('running');
    await worker.exited;
    expect(worker.child.exitCode).toBe(0);
    expect(await bench.lines(log, 1)).toEqual(['running']);
    await bench.worker();
    expect(await waiting).toBe('waiting');
    await executor.shutdown();
  }));

atLength('jobs of a paused queue wait, and can be cancelled', () =>
  FaultBench.run(async (bench) => {
    const executor = bench.executor();
    const log = bench.file();
    const admin = new Queue(bench.queue, { connection: { port: bench.redis.port, host: '127.0.0.1' } });
    await admin.pause();
    await bench.worker();
    const [one, two] = ['one', 'two'].map((line) => executor.submit(bench.job('note'), [log, line]));
    await bench.until(async () => (await executor.statistics()).waiting === 2);
    one!.cancel();
    await bench.until(async () => (await executor.statistics()).waiting === 1);
    await admin.resume();
    expect(await two).toBe('two');
    expect(await bench.lines(log, 1)).toEqual(['two']);
    await admin.close();
    await executor.shutdown();
  }),
);

atLength('workers whose clocks are an hour apart run each job once', () =>
  FaultBench.run(async (bench) => {
    const executor = bench.executor();
    const log = bench.file();
    const hour = 3_600_000;
    for (const skew of [-hour, hour]) await bench.worker({ skew, concurrency: 4, lock: 1 });
    const lines = Array.from({ length: 200 }, (_, n) => `${n}`);
    const long = executor.submit(bench.job('unique'), [2.5]);
    await all(lines.map((line) => executor.submit(bench.job('note'), [log, line])));
    expect((await bench.lines(log, 200)).sort()).toEqual([...lines].sort());
    expect(await executor.submit(bench.job('failUntil'), [2], { retries: 1 })).toBe(2);
    expect(await long).toBeLessThan(1);
    await executor.shutdown();
  }),
);

/** How many submitters have sent a sign of life that is not too old. */
async function livingSubmitters(bench: FaultBench): Promise<number> {
  return await bench.redis.ask(async (redis) => {
    const [clients] = await redis.keys('*bight:clients');
    return await redis.zcount(clients as string, Date.now(), '+inf');
  });
}
