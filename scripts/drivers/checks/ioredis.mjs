// ioredis against Redis.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { HOST } from './serving.mjs';

export const ioredis = [
  {
    title: 'commands, a pipeline, publish and subscribe',
    async play({ load, forms, ports }) {
      const { default: Redis } = await load('ioredis');
      const options = { host: HOST, port: ports.redis, Connector: forms.ioredis };
      const client = new Redis(options);
      const subscriber = new Redis(options);
      await client.set('key', 'value');
      const answers = await client.pipeline().get('key').del('key').get('key').exec();
      assert.deepEqual(answers, [
        [null, 'value'],
        [null, 1],
        [null, null],
      ]);
      await subscriber.subscribe('channel');
      const message = once(subscriber, 'message');
      await client.publish('channel', 'hello');
      assert.deepEqual(await message, ['channel', 'hello']);
      await subscriber.quit();
      await client.quit();
    },
  },
  {
    title: 'connects again after its connection was killed',
    async play({ load, forms, ports }) {
      const { default: Redis } = await load('ioredis');
      const client = new Redis({
        host: HOST,
        port: ports.redis,
        Connector: forms.ioredis,
        retryStrategy: () => 10,
      });
      const killer = new Redis({ host: HOST, port: ports.redis });
      client.on('error', () => {});
      const id = await client.client('ID');
      const again = once(client, 'reconnecting');
      await killer.client('KILL', 'ID', String(id));
      await again;
      assert.equal(await client.ping(), 'PONG');
      assert.notEqual(await client.client('ID'), id);
      await killer.quit();
      await client.quit();
    },
  },
].map((check) => ({ driver: 'ioredis', needs: ['redis'], ...check }));
