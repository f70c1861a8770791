import net from 'node:net';
import { CoreEventLoop, sleep } from '@bight/loop-core';
import { VirtualEventLoop, waitAllTasksBlocked } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';

test('returns when the other tasks wait, and not before', async () => {
  const loop = new CoreEventLoop();
  await loop.runUntilComplete(async () => {
    const gate = loop.createFuture<void>();
    let turns = 0;
    const task = loop.createTask(async () => {
      while (turns < 500) {
        turns++;
        await sleep(0);
      }
      await gate;
    });
    await waitAllTasksBlocked();
    expect(turns).toBe(500);
    expect(task.done()).toBe(false);
    gate.setResult();
    await task;
  });
  loop.close();
});

test('a virtual clock stands still until every task waits', async () => {
  const loop = new VirtualEventLoop();
  await loop.runUntilComplete(async () => {
    const task = loop.createTask(() => sleep(10));
    await waitAllTasksBlocked();
    expect(loop.time()).toBe(0);
    await task;
    expect(loop.time()).toBe(10);
  });
  loop.close();
});

test('what comes at the same moment of virtual time comes first', async () => {
  const loop = new VirtualEventLoop();
  await loop.runUntilComplete(async () => {
    const seen: string[] = [];
    loop.clock.at(0, () => loop.callSoonThreadsafe(() => seen.push('packet')));
    loop.clock.at(1, () => loop.callSoonThreadsafe(() => seen.push('later')));
    await waitAllTasksBlocked();
    expect(seen).toEqual(['packet']);
  });
  loop.close();
});

test('a cushion waits for what real sockets bring', async () => {
  const loop = new CoreEventLoop();
  const server = net.createServer((socket) => socket.end('x')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await loop.runUntilComplete(async () => {
    const seen: string[] = [];
    net
      .connect(port, '127.0.0.1')
      .on('data', (data) => loop.callSoonThreadsafe(() => seen.push(String(data))));
    // Long enough for any machine; ends as soon as nothing has come for that time.
    await waitAllTasksBlocked(0.5);
    expect(seen).toEqual(['x']);
  });
  loop.close();
  await new Promise((resolve) => server.close(resolve));
});

test('two waits for the same moment both end', async () => {
  const loop = new VirtualEventLoop();
  await loop.runUntilComplete(async () => {
    const other = loop.createTask(() => waitAllTasksBlocked());
    await waitAllTasksBlocked();
    await other;
  });
  loop.close();
});

test('cancelling it lets the clock go on', async () => {
  const loop = new VirtualEventLoop();
  await loop.runUntilComplete(async () => {
    const waiter = loop.createTask(() => waitAllTasksBlocked(3600));
    await sleep(0);
    waiter.cancel();
    await expect(waiter).rejects.toMatchObject({ name: 'CancelledError' });
    await sleep(5);
  });
  expect(loop.time()).toBe(5);
  loop.close();
});

test('there has to be a running loop', () => {
  expect(() => waitAllTasksBlocked()).toThrow(expect.objectContaining({ name: 'RuntimeError' }));
});
