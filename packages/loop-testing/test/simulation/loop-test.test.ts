import { loopTest, VirtualEventLoop } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { ProactorEventLoop, startServer } from 'bight';

/** A runner that keeps what is registered. */
function runner() {
  const bodies = new Map<string, () => Promise<void>>();
  const register = (name: string, body: () => Promise<void>) => bodies.set(name, body);
  return { register, bodies };
}

test('each test has a new virtual loop, which is closed afterwards', async () => {
  const { register, bodies } = runner();
  const loops: VirtualEventLoop[] = [];
  const check = loopTest(register, { seed: 3 });
  check('one', async (loop) => loops.push(loop));
  check('two', async (loop) => loops.push(loop));
  for (const body of bodies.values()) await body();
  expect([...bodies.keys()]).toEqual(['one', 'two']);
  expect(loops[0]).toBeInstanceOf(VirtualEventLoop);
  expect(loops[0]).not.toBe(loops[1]);
  expect(loops.map((loop) => loop.isClosed())).toEqual([true, true]);
});

test('bodies take no argument from the runner, which some would wait for', async () => {
  const { register, bodies } = runner();
  loopTest(register)('one', async () => {});
  expect(bodies.get('one')).toHaveLength(0);
});

test('with a loop class of the caller, what is left open fails the test', async () => {
  const { register, bodies } = runner();
  const check = loopTest(register, { createLoop: () => new ProactorEventLoop() });
  const loops: ProactorEventLoop[] = [];
  check('leaks', async (loop) => {
    loops.push(loop);
    await startServer(() => {}, { host: '127.0.0.1' });
  });
  check('closes', async (loop) => {
    loops.push(loop);
    const server = await startServer(() => {}, { host: '127.0.0.1' });
    server.close();
  });
  await expect(bodies.get('leaks')!()).rejects.toMatchObject({ code: 'ERR_LEAK' });
  await bodies.get('closes')!();
  expect(loops.map((loop) => loop.isClosed())).toEqual([true, true]);
});

loopTest(test)('it works in jest', async (loop) => {
  expect(loop.isRunning()).toBe(true);
});
