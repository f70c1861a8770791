import { execFileSync } from 'node:child_process';
import nodeCrypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import nodeTimers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { simulate } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { sleep } from 'bight';
import { nodeArguments } from '../../../../test/support/compiled.js';

const recorded = readFileSync(new URL('replayed-trace.txt', import.meta.url), 'utf8');
const program = 'packages/loop-testing/test/platform/replayed-program.ts';

test('a program with clocks, timers and random numbers of all kinds runs the same way on every Node', () => {
  const run = () => execFileSync(process.execPath, nodeArguments(program), { encoding: 'utf8' });
  expect(run()).toBe(recorded);
  expect(run()).toBe(recorded);
});

const functions = () => [
  Math.random,
  Date,
  Date.now,
  performance.now,
  process.hrtime,
  process.uptime,
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  nodeTimers.setTimeout,
  timersPromises.setTimeout,
  timersPromises.scheduler.wait,
  AbortSignal.timeout,
  nodeCrypto.randomBytes,
  nodeCrypto.randomUUID,
  Object.getOwnPropertyDescriptor(nodeCrypto, 'prng')?.get,
  Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format')?.get,
  Intl.DateTimeFormat.prototype.formatToParts,
  performance.mark,
  performance.measure,
  globalThis.crypto.getRandomValues,
];

interface MoreRandomness {
  prng(size: number): Buffer;
  rng(size: number): Buffer;
  pseudoRandomBytes(size: number): Buffer;
  randomUUIDv7?(): string;
}

/** Functions beside those of the trace, that not every Node has, or of which the text depends on its tables. */
function moreOfThePlatform(): unknown[] {
  const { prng, rng, pseudoRandomBytes, randomUUIDv7 } = nodeCrypto as never as MoreRandomness;
  const format = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'full' });
  const { format: formats } = format;
  const mark = performance.mark('begin', { detail: 7 });
  const marked = performance.mark('at', { startTime: 5 });
  const measures = [
    performance.measure('all'),
    performance.measure('since', 'at'),
    performance.measure('both', 'at', 'begin'),
    performance.measure('given', { start: 3, duration: 4 }),
    performance.measure('open', { start: 3, detail: 8 }),
  ];
  return [
    ...[prng, rng, pseudoRandomBytes].map((bytes) => bytes(8).toString('hex')),
    randomUUIDv7?.(),
    [format.format(), formats === format.format, formats(0)],
    format.formatToParts().map(({ value }) => value),
    performance.timeOrigin + performance.now() === Date.now(),
    [mark.startTime, mark.detail, marked.startTime],
    measures.map(({ startTime, duration, detail }) => [startTime, duration, detail]),
  ];
}

test('less usual functions are those of the world as well', async () => {
  const run = () => simulate(() => sleep(1.5).then(moreOfThePlatform), { seed: 4 });
  const first = await run();
  expect(await run()).toEqual(first);
  expect(await simulate(() => sleep(1.5).then(moreOfThePlatform), { seed: 5 })).not.toEqual(first);
  const [, , , v7, [present, isSame, epoch], , isConsistent, marks, measures] = first as [
    string,
    string,
    string,
    string | undefined,
    [string, boolean, string],
    string[],
    boolean,
    unknown[],
    unknown[],
  ];
  if (v7 !== undefined) {
    expect(v7).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(v7.replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2000, 0, 1) + 1500);
  }
  expect([present, isSame, isConsistent]).toEqual([expect.stringContaining('2000'), true, true]);
  expect(epoch).toMatch(/19(69|70)/);
  expect(marks).toEqual([1500, 7, 5]);
  expect(measures).toEqual([
    [0, 1500, null],
    [5, 1495, null],
    [5, 1495, null],
    [3, 4, null],
    [3, 1497, 8],
  ]);
});

test('old names of randomBytes() are those of the world, also after they were read, and can be assigned to', async () => {
  const crypto = nodeCrypto as unknown as Record<string, unknown> & MoreRandomness;
  const before = Object.getOwnPropertyDescriptor(nodeCrypto, 'prng') as PropertyDescriptor;
  const run = async () => {
    const running = simulate(() => sleep(1).then(() => crypto.prng(8).toString('hex')), { seed: 4 });
    expect(crypto.prng(8)).toHaveLength(8);
    return await running;
  };
  try {
    const first = await run();
    // From now on it is no getter any more.
    Object.defineProperty(nodeCrypto, 'prng', { value: crypto.prng, writable: true, configurable: true });
    expect(await run()).toBe(first);
    await simulate(async () => {
      crypto.prng = () => Buffer.from('mine');
      expect(crypto.prng(8).toString()).toBe('mine');
    });
  } finally {
    Object.defineProperty(nodeCrypto, 'prng', before);
  }
});

test('a date that is null is formatted as the one of 1970', async () => {
  const format = new Intl.DateTimeFormat('en', { timeZone: 'UTC', year: 'numeric' });
  const years = () => [format.format(null as never), format.formatToParts(null as never)[0]?.value];
  expect(await simulate(() => sleep(1).then(years))).toEqual(['1970', '1970']);
});

test('the platform has its own functions back when the simulation is over, also when it has failed', async () => {
  const before = functions();
  await simulate(async () => {
    expect(functions()).not.toEqual(before);
    await sleep(1);
  });
  expect(functions()).toEqual(before);
  await expect(simulate(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(functions()).toEqual(before);
  await expect(simulate(async () => {}, { link: { loss: 7 } })).rejects.toThrow('loss');
  expect(functions()).toEqual(before);
});

test('code outside of a simulation that runs keeps real time and real random numbers', async () => {
  const before = Date.now();
  const outside: { date?: number; timer?: boolean } = {};
  const running = simulate(async () => {
    await sleep(3600);
    return Date.now();
  });
  outside.date = Date.now();
  await new Promise<void>((resolve) => setTimeout(resolve, 1));
  outside.timer = true;
  expect(await running).toBe(Date.UTC(2000, 0, 1, 1));
  expect(outside.timer).toBe(true);
  expect(outside.date).toBeGreaterThanOrEqual(before);
});

test('simulations side by side have each their own', async () => {
  const draw = (seed: number, seconds: number) =>
    simulate(
      async () => {
        const numbers = [Math.random()];
        await sleep(seconds);
        numbers.push(Math.random(), Date.now());
        return numbers;
      },
      { seed },
    );
  const alone = [await draw(1, 10), await draw(2, 20)];
  expect(await Promise.all([draw(1, 10), draw(2, 20)])).toEqual(alone);
  expect(alone[0]).not.toEqual(alone[1]);
});

test('each host has random numbers of its own: what one draws changes nothing for another', async () => {
  const draw = (others: number) =>
    simulate(
      async ({ network }) => {
        network.host('one').run(() => Array.from({ length: others }, () => Math.random()));
        return network.host('two').run(() => [Math.random(), nodeCrypto.randomUUID()]);
      },
      { seed: 3 },
    );
  expect(await draw(0)).toEqual(await draw(10));
});

test('without the globals of the world, code has the platform as it is', async () => {
  const before = functions();
  await simulate(
    async () => {
      expect(functions()).toEqual(before);
      await sleep(1);
    },
    { globals: false },
  );
});

test('an exception in a timer fails the run', async () => {
  await expect(
    simulate(async () => {
      setTimeout(() => {
        throw new Error('in a timer');
      }, 1);
      await sleep(1);
    }),
  ).rejects.toThrow('in a timer');
});

test('a pending timer keeps the test open, unless it is unref()ed', async () => {
  await expect(simulate(async () => void setTimeout(() => {}, 3_600_000))).rejects.toMatchObject({
    cause: { code: 'ERR_LEAK' },
  });
  await simulate(async () => void setTimeout(() => {}, 3_600_000).unref());
});

test('a wait is aborted as it is in Node', async () => {
  await simulate(async (loop) => {
    const controller = new AbortController();
    const waiting = timersPromises.setTimeout(1000, undefined, { signal: controller.signal });
    loop.callLater(0.5, () => controller.abort(new Error('why')));
    await expect(waiting).rejects.toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
      cause: { message: 'why' },
    });
    expect(loop.time()).toBe(0.5);
  });
});

test('an interval iterator goes on while its reader is busy, and ends when it is aborted', async () => {
  await simulate(async () => {
    const times: number[] = [];
    const aborting = new AbortController();
    const iterate = async () => {
      for await (const value of timersPromises.setInterval(1000, 'tick', { signal: aborting.signal })) {
        expect(value).toBe('tick');
        times.push(performance.now());
        if (times.length === 1) await sleep(0.6);
        else if (times.length === 2) await sleep(2.5);
        else if (times.length === 6) {
          aborting.abort();
          await sleep(10);
        }
      }
    };
    await expect(iterate()).rejects.toMatchObject({ name: 'AbortError' });
    // As with Node, two were due while the reader was busy.
    expect(times).toEqual([1000, 2000, 4500, 4500, 5000, 6000]);
  });
});

test("the number of a timer is no number of Node's timers", async () => {
  await simulate(async () => {
    const timer = setTimeout(() => {}, 1000);
    expect(Number(timer)).toBeGreaterThan(2 ** 52);
    clearTimeout(Number(timer));
  });
});
