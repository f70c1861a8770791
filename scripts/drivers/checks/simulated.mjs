// Drivers in `simulate()`: on the simulated network, with timers in virtual time.
import assert from 'node:assert/strict';
import { serveRedis } from '../simulated/redis-server.mjs';

const SEED = 7;

/** Runs `use` twice with one seed, with Redis on one host and a client on another; the results must be equal. */
async function withRedis({ bight, load, testing }, use, clientOptions = {}) {
  const { default: Redis } = await load('ioredis');
  const play = () =>
    testing.simulate(
      async (loop) => {
        const { network } = loop;
        const [server, client] = [network.host('server'), network.host('client')];
        network.link(server, client, { latency: 0.02 });
        const data = new Map();
        server.start(async () => {
          const running = await serveRedis(bight, data);
          await running.serveForever();
        });
        const result = await client.run(async () => {
          const { ioredis: Connector } = bight.connector();
          const redis = new Redis({ host: 'server', port: 6379, Connector, ...clientOptions });
          redis.on('error', () => {});
          try {
            return await use({ bight, loop, network, server, client, redis, data });
          } finally {
            redis.disconnect();
          }
        });
        await server.stop();
        return { result, time: loop.time() };
      },
      { seed: SEED },
    );
  const first = await play();
  assert.deepEqual(await play(), first);
  return first;
}

export const simulated = [
  {
    title: 'commands and a pipeline in simulate()',
    async play(context) {
      const { result, time } = await withRedis(context, async ({ redis }) => {
        await redis.set('key', 'value');
        return [await redis.get('key'), await redis.pipeline().incr('n').incr('n').exec()];
      });
      assert.deepEqual(result, [
        'value',
        [
          [null, 1],
          [null, 2],
        ],
      ]);
      assert.ok(time >= 0.1);
    },
  },
  {
    title: 'a partition in simulate(): what was sent arrives when it is healed, an hour later',
    async play(context) {
      const { result, time } = await withRedis(
        context,
        async ({ bight, loop, network, server, client, redis }) => {
          await redis.ping();
          network.partition([server], [client]);
          loop.callLater(300, () => network.heal());
          const before = loop.time();
          const answer = await redis.incr('n');
          assert.ok(loop.time() - before >= 300);
          await bight.sleep(3600);
          return [answer, await redis.incr('n')];
        },
      );
      assert.deepEqual(result, [1, 2]);
      assert.ok(time >= 3900);
    },
  },
  {
    title: 'its own time-outs and delays are virtual in simulate(), and it connects again',
    async play(context) {
      const { result } = await withRedis(
        context,
        async ({ loop, network, server, client, redis, data }) => {
          await redis.set('key', 'value');
          network.partition([server], [client]);
          const before = loop.time();
          await assert.rejects(redis.get('key'), /timed out/);
          const waited = Math.round(loop.time() - before);
          network.heal();
          const again = new Promise((resolve) => redis.once('ready', resolve));
          network.reset(server, client);
          await again;
          const delayed = loop.time() - before - waited;
          assert.ok(delayed >= 120, `${delayed}`);
          return [waited, await redis.get('key'), data.size];
        },
        { commandTimeout: 30_000, retryStrategy: () => 120_000 },
      );
      assert.deepEqual(result, [30, 'value', 1]);
    },
  },
].map((check) => ({ driver: 'ioredis', loops: ['VirtualEventLoop'], ...check }));
