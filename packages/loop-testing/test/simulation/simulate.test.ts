import { SimulationError, simulate } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { Lock, openConnection, sleep, startServer } from 'bight';

async function failure(run: Promise<unknown>): Promise<SimulationError> {
  try {
    await run;
  } catch (error) {
    expect(error).toBeInstanceOf(SimulationError);
    return error as SimulationError;
  }
  throw new Error('it did not fail');
}

/** Fails if the second of two tasks comes before the first. */
async function needsOrder(): Promise<void> {
  const log: string[] = [];
  const note = async (name: string) => {
    await sleep(0);
    log.push(name);
  };
  await using group = new (await import('bight')).TaskGroup();
  group.createTask(() => note('a'));
  group.createTask(() => note('b'));
  await sleep(1);
  if (log.join('') !== 'ab') throw new Error(`the order was ${log}`);
}

test('returns what the body returns, and lets an hour pass at once', async () => {
  const hours = await simulate(async (loop) => {
    await sleep(3600);
    return loop.time() / 3600;
  });
  expect(hours).toBe(1);
});

test('each run has the next seed', async () => {
  const seeds: number[] = [];
  await simulate(async ({ seed }) => seeds.push(seed), { seed: 7, runs: 3 });
  expect(seeds).toEqual([7, 8, 9]);
});

test('chaos finds code that needs an order which is not guaranteed, and the seed replays it', async () => {
  await simulate(needsOrder, { runs: 20 });
  const found = await failure(simulate(needsOrder, { chaos: true, runs: 50, seed: 1 }));
  expect(found.message).toContain(`replay with { seed: ${found.seed} } or BIGHT_SEED=${found.seed}`);
  expect((await failure(simulate(needsOrder, { chaos: true, seed: found.seed }))).cause).toMatchObject({
    message: (found.cause as Error).message,
  });
});

test('the environment replays a seed', async () => {
  process.env.BIGHT_SEED = '1234';
  const seeds: number[] = [];
  try {
    await simulate(async ({ seed }) => seeds.push(seed), { seed: 7, runs: 3 });
  } finally {
    delete process.env.BIGHT_SEED;
  }
  expect(seeds).toEqual([1234]);
});

test('what is left open fails the run', async () => {
  const { cause } = await failure(simulate(async (loop) => void loop.createTask(() => sleep(3600))));
  expect(cause).toMatchObject({ code: 'ERR_LEAK' });
});

test('closed transports that still send have time to end', async () => {
  await simulate(
    async ({ network }) => {
      const server = await network.host('server').run(() =>
        startServer(
          async (reader, writer) => {
            await reader.read();
            writer.close();
          },
          { host: '0.0.0.0', port: 80 },
        ),
      );
      const [, writer] = await openConnection({ host: 'server', port: 80 });
      writer.close();
      server.close();
    },
    { link: { latency: 1 } },
  );
});

test('an error that reaches only the exception handler fails the run', async () => {
  const { cause } = await failure(
    simulate(async (loop) => {
      loop.callSoon(() => {
        throw new Error('unretrieved');
      });
      await sleep(1);
    }),
  );
  expect((cause as Error).cause).toMatchObject({ message: 'unretrieved' });
});

test('a dead-lock ends the run, and names the tasks that wait', async () => {
  const { cause } = await failure(
    simulate(async (loop) => {
      const [one, other] = [new Lock(), new Lock()];
      const grab = (first: Lock, second: Lock) => async () => {
        await first.acquire();
        await sleep(1);
        await second.acquire();
      };
      const tasks = [loop.createTask(grab(one, other), { name: 'one' }), loop.createTask(grab(other, one))];
      await Promise.all(tasks);
    }),
  );
  expect((cause as Error).message).toMatch(/nothing can happen any more.*one/s);
});

test('waiting for real input or output is no dead-lock', async () => {
  const { readFile } = await import('node:fs/promises');
  await simulate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    await readFile(new URL(import.meta.url));
  });
});

test('invalid options are refused', async () => {
  await expect(simulate('no function' as never)).rejects.toThrow(TypeError);
  await expect(simulate(async () => {}, { runs: 0 })).rejects.toMatchObject({ name: 'ValueError' });
  await expect(simulate(async () => {}, { link: { loss: 2 } })).rejects.toThrow(
    'loss must be from 0 to 1, got 2',
  );
  await expect(simulate(async () => {}, { link: { speed: 2 } as never })).rejects.toThrow(
    'unknown option "speed"',
  );
});
