// A day passes at once, a stream crosses a network that loses packets, node:test runs a test in a world of its own, and
// a loop passes the conformance kit.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Protocol } from '@bight/loop-abstract';
import { CoreEventLoop, sleep } from '@bight/loop-core';
import { loopTest, SimulationError, simulate } from '@bight/loop-testing';
import { conformance } from '@bight/loop-testing/conformance';

class Echo extends Protocol {
  transport;
  connectionMade(transport) {
    this.transport = transport;
  }
  dataReceived(data) {
    this.transport.write(data);
  }
}

class Words extends Echo {
  text = '';
  constructor(lost) {
    super();
    this.lost = lost;
  }
  connectionMade(transport) {
    super.connectionMade(transport);
    for (const word of ['one', 'two', 'three']) transport.write(Buffer.from(word));
  }
  dataReceived(data) {
    this.text += data;
    if (this.text.length === 11) this.transport.close();
  }
  connectionLost(error) {
    this.lost.setResult(error);
  }
}

const received = await simulate(
  async (loop) => {
    const [server, client] = ['server', 'client'].map((name) => loop.network.host(name));
    const listening = await server.run(() =>
      loop.createServer(() => new Echo(), { host: '0.0.0.0', port: 7 }),
    );
    const lost = loop.createFuture();
    const [, words] = await client.run(() =>
      loop.createConnection(() => new Words(lost), { host: 'server', port: 7 }),
    );
    assert.equal(await lost, null);
    listening.close();
    await sleep(86_400);
    return words.text;
  },
  { link: { latency: 0.1, loss: 0.3, fragmentation: 0.5 }, chaos: true },
);
assert.equal(received, 'onetwothree');

await assert.rejects(
  simulate(async (loop) => void loop.callLater(1e6, () => {}), { seed: 5 }),
  (error) => {
    assert(error instanceof SimulationError && error.seed === 5 && error.cause instanceof Error);
    return 'code' in error.cause && error.cause.code === 'ERR_LEAK';
  },
);

const seen = [];
const inWorld = loopTest(test, { seed: 1 });
const hour = inWorld('an hour passes in a test of node:test', async (loop) => {
  await sleep(3600);
  seen.push(loop.time());
});
await hour;
assert.deepEqual(seen, [3600]);

// The conformance kit, under Node's own runner: a case that fails makes this program fail.
conformance({
  test,
  createLoop: () => new CoreEventLoop(),
  supports: {
    SchedulingLoop: true,
    TaskLoop: true,
    coreTasks: true,
    ErrorHandlingLoop: true,
    DebugLoop: true,
    ExecutorLoop: true,
    ThreadsafeLoop: true,
  },
});
