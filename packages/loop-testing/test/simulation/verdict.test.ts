import { pbkdf2 } from 'node:crypto';

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { SimulationError, simulate } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { DatagramProtocol, gather, sleep, toThread } from 'bight';

async function failure(run: Promise<unknown>): Promise<SimulationError> {
  const outcome = await run.then(
    () => null,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(SimulationError);
  return outcome as SimulationError;
}

test('a task that fails, and that no code awaits, fails the run with its time and host', async () => {
  const error = await failure(
    simulate(
      async (loop) => {
        const host = loop.network.host('alpha');
        const kept = host.run(() =>
          loop.createTask(async () => {
            await sleep(2);
            throw new Error('forgotten');
          }),
        );
        await sleep(10);
        // The reference keeps the garbage collector from finding it.
        return () => kept;
      },
      { seed: 5 },
    ),
  );
  expect(error.failures).toEqual([
    {
      message: 'Task exception was never retrieved',
      error: expect.objectContaining({ message: 'forgotten' }),
      time: 2,
      host: 'alpha',
    },
  ]);
  expect(error).toMatchObject({ seed: 5, host: 'alpha' });
  expect(error.message).toContain(
    'at 2 s on host alpha: Task exception was never retrieved: Error: forgotten',
  );
});

test('a future that fails, and that no code awaits, fails the run', async () => {
  const error = await failure(
    simulate(async (loop) => {
      loop.createFuture().setException(new Error('forgotten'));
    }),
  );
  expect(error.failures).toMatchObject([{ message: 'Future exception was never retrieved', time: 0 }]);
});

test('an exception that is retrieved later is no failure', async () => {
  await simulate(async (loop) => {
    const task = loop.createTask(async () => {
      throw new Error('retrieved');
    });
    await sleep(10);
    await expect(task).rejects.toThrow('retrieved');
  });
});

test('a rejection of a foreign promise that no code handles fails the run', async () => {
  const error = await failure(
    simulate(async (loop) => {
      await sleep(3);
      loop.network.host('beta').run(() => void Promise.reject(new Error('foreign')));
      await sleep(3);
    }),
  );
  expect(error.failures).toMatchObject([
    { message: 'Unhandled rejection of a promise', error: { message: 'foreign' }, time: 3 },
  ]);
});

test('an exception out of a tick fails the run', async () => {
  const error = await failure(
    simulate(async () => {
      process.nextTick(() => {
        throw new Error('ticked');
      });
      await sleep(1);
    }),
  );
  expect(error.failures).toMatchObject([{ message: 'Uncaught exception', error: { message: 'ticked' } }]);
});

test('each of several simulations in one process has its own failures', async () => {
  const [bad, good] = await Promise.allSettled([
    simulate(async () => {
      await sleep(1);
      void Promise.reject(new Error('only here'));
      await sleep(1);
    }),
    simulate(async () => {
      await sleep(5);
      return 'well';
    }),
  ]);
  expect(bad).toMatchObject({ status: 'rejected' });
  expect(good).toEqual({ status: 'fulfilled', value: 'well' });
});

test('a positive delay moves the clock, however short it is', async () => {
  for (let seed = 1; seed <= 100; seed++) {
    await simulate(
      async (loop) => {
        await sleep(loop.random.next() * 1000);
        const last = loop.time();
        await sleep(loop.random.next() * 30);
        const left = () => 30 - (loop.time() - last);
        while (left() > 0) await sleep(left());
        expect(loop.time() - last).toBeCloseTo(30, 6);
      },
      { seed, stallLimit: 10_000 },
    );
  }
  await simulate(async (loop) => {
    await sleep(1e9);
    const before = loop.time();
    await sleep(1e-12);
    expect(loop.time()).toBeGreaterThan(before);
  });
});

test('a loop that spins while its clock stands still is a live-lock, and its tasks are named', async () => {
  const rounds: Record<string, () => PromiseLike<unknown>> = {
    awaits: () => sleep(0),
    timers: () => new Promise((resolve) => setImmediate(resolve)),
  };
  for (const [name, round] of Object.entries(rounds)) {
    const error = await failure(
      simulate(
        async (loop) => {
          await loop.createTask(
            async () => {
              for (;;) await round();
            },
            { name },
          );
        },
        { stallLimit: 5000 },
      ),
    );
    expect(error.message).toMatch(new RegExp(`live-lock: 5000 callbacks have run at 0 s.*${name}`, 's'));
  }
});

test('many callbacks of one moment are no live-lock', async () => {
  await simulate(
    async () => {
      await gather(Array.from({ length: 5000 }, () => () => sleep(1)));
    },
    { stallLimit: 20_000 },
  );
});

test('a run that takes more virtual time than it may has failed', async () => {
  const error = await failure(
    simulate(
      async () => {
        for (;;) await sleep(1);
      },
      { timeout: 100 },
    ),
  );
  expect(error.message).toContain('after 100 s of virtual time the run is not over');
  expect(error.time).toBeLessThanOrEqual(100);
});

test('the clock stands still while real work is under way', async () => {
  const work: Record<string, () => Promise<unknown>> = {
    file: () => readFile(new URL(import.meta.url)),
    computation: () => new Promise((resolve) => pbkdf2('a', 'b', 50_000, 32, 'sha256', resolve)),
    thread: async () => await toThread(hypotenuse, [3, 4]),
  };
  for (const [name, begin] of Object.entries(work)) {
    await simulate(
      async (loop) => {
        const ticking = loop.createTask(async () => {
          for (;;) await sleep(1);
        });
        await sleep(5.5);
        await begin();
        expect([name, loop.time()]).toEqual([name, 5.5]);
        expect(loop.clock.heldFor).not.toEqual([]);
        ticking.cancel();
        await sleep(1);
      },
      { timeout: 1000 },
    );
  }
});

function hypotenuse(a: number, b: number): number {
  return Math.hypot(a, b);
}

test('the error shows the errors inside, and how to replay the run', async () => {
  const error = await failure(
    simulate(
      async () => {
        await sleep(1.5);
        throw new AggregateError(
          [new Error('one', { cause: new Error('root') }), new TypeError('two')],
          'both',
        );
      },
      { seed: 9 },
    ),
  );
  expect(error).toMatchObject({ seed: 9, time: 1.5, code: 'ERR_SIMULATION' });
  for (const part of ['AggregateError: both', 'Error: one', 'Error: root', 'TypeError: two', 'at 1.5 s']) {
    expect(error.message).toContain(part);
  }
  expect(error.command).toMatch(/^BIGHT_SEED=9 npx jest/);
  expect(error.message).toContain(`replay: ${error.command}`);
});

test('invalid options are refused', async () => {
  await expect(simulate(async () => {}, { timeout: 0 })).rejects.toThrow('timeout must be positive, got 0');
  await expect(simulate(async () => {}, { stallLimit: 0 })).rejects.toMatchObject({ name: 'ValueError' });
});

test('a fault that strikes on every host stands once in the message, and all of them are in the failures', async () => {
  const failing = (count: number, message: (i: number) => string) =>
    failure(
      simulate(
        async (loop) => {
          for (let i = 0; i < count; i++) {
            loop.network.host(`h${i}`).start(async () => {
              throw new Error(message(i));
            });
          }
          await sleep(1);
        },
        { seed: 6 },
      ),
    );
  const alike = await failing(300, () => 'the same');
  expect(alike.failures).toHaveLength(300);
  expect(alike.message).toMatch(/- Error: .* \(300 times\)\n.*caused by Error: the same\n/);
  expect(alike.message).toContain('… and 280 more, in failures');
  expect(alike.message.split('\n').length).toBeLessThan(60);
  const different = await failing(30, (i) => `number ${i}`);
  expect(different.message).toMatch(/number 19\n[\s\S]*… and 10 other ones/);
});

test('the clock runs as a real one does while a thread runs that the code has started, and no deadlock is seen', async () => {
  const start = () => new Worker('setTimeout(() => {}, 400)', { eval: true });
  const alone = await simulate(async (loop) => {
    await once(start(), 'exit');
    return loop.time();
  });
  expect(alone).toBeLessThan(60);
  const beside = await simulate(async (loop) => {
    const waiting = loop.createTask(() => sleep(3600));
    await once(start(), 'exit');
    const time = loop.time();
    await waiting;
    return [time, loop.time()];
  });
  expect(beside).toEqual([expect.any(Number), 3600]);
  expect(beside[0]).toBeLessThan(60);
});

test('a thread that an earlier simulation has left does not hold the clock', async () => {
  const left = await simulate(async () => new Worker('setInterval(() => {}, 1000)', { eval: true }));
  try {
    const began = Date.now();
    await simulate(() => sleep(3600));
    expect(Date.now() - began).toBeLessThan(60_000);
  } finally {
    await left.terminate();
  }
});

test('an idle thread of a pool does not hold the clock', async () => {
  expect(
    await simulate(async (loop) => {
      expect(await toThread(() => 7)).toBe(7);
      await sleep(3600);
      return loop.time();
    }),
  ).toBe(3600);
});

test.each([
  ['an object without a text', Object.create(null), '[object Object]'],
  [
    'an error whose message fails',
    Object.defineProperty(new Error(), 'message', {
      get() {
        throw new Error('no message');
      },
    }),
    '[object Error]',
  ],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
])('a run that throws %s fails with its seed', async (_, thrown, text) => {
  const error = await failure(simulate(() => Promise.reject(thrown), { seed: 12 }));
  expect(error.message).toMatch(/^failed with seed 12/);
  expect(error.message).toContain(text);
});

test('a decoder that fails hides neither the failure nor the events', async () => {
  const error = await failure(
    simulate(async (loop) => {
      const { tap } = loop.network;
      tap.decoder = (bytes) => {
        if (bytes.length < 3) throw new Error('too short');
        return 'two\nlines\u001b[2J';
      };
      const host = loop.network.host('h');
      const [transport] = await loop.createDatagramEndpoint(() => new DatagramProtocol(), {
        localAddr: { host: '127.0.0.1', port: 0 },
      });
      for (const text of ['hi', 'hello'])
        transport.sendto(Buffer.from(text), { host: host.addresses[0]!, port: 9 });
      await sleep(1);
      transport.close();
      await sleep(0);
      expect(tap.svg()).not.toContain('\u001b');
      throw new Error('the failure');
    }),
  );
  expect(error.cause).toMatchObject({ message: 'the failure' });
  expect(error.events).toEqual([
    expect.stringMatching(/datagram 2 bytes \(the decoder failed: Error: too short\)$/),
    expect.stringMatching(/datagram two\\nlines\\u001b\[2J$/),
  ]);
});
