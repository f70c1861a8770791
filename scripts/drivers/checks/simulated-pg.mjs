// pg in `simulate()`: on the simulated network, with partitions and failing machines, and with timers in virtual time.
import assert from 'node:assert/strict';
import { servePostgres } from '../simulated/postgres-server.mjs';

const SEED = 7;

/**
 * Runs `use` twice with one seed, in a world with PostgreSQL on one host and a client on another, and returns its
 * result, which must be the same. The server's committed data outlives the server, as on a disk.
 */
async function withPostgres({ bight, load, testing }, use, poolOptions = {}) {
  const { default: pg } = await load('pg');
  const play = () =>
    testing.simulate(
      async (loop) => {
        const { network } = loop;
        const [server, client] = [network.host('server'), network.host('client')];
        network.link(server, client, { latency: 0.02 });
        const stored = { table: new Map() };
        server.start(async () => (await servePostgres(bight, stored)).serveForever());
        const result = await client.run(async () => {
          const options = { host: 'server', user: 'tea', database: 'tea', stream: bight.connector().pg };
          const pool = new pg.Pool({ ...options, ...poolOptions });
          // Connections that end while they are idle.
          pool.on('error', () => {});
          try {
            return await use({ bight, loop, network, server, client, pool, pg, options });
          } finally {
            await pool.end();
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

const contents = async (pool) => (await pool.query('select name, number from cups')).rows;
const insert = 'insert into cups values ($1, $2)';

/** A transaction that inserts, and calls `before` before it commits. */
async function transaction(pool, values, before) {
  const client = await pool.connect();
  // The connection may end while it waits for nothing.
  client.on('error', () => {});
  let failure;
  try {
    await client.query('begin');
    await client.query(insert, values);
    await before(client);
    await client.query('commit');
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    client.release(failure);
  }
}

export const simulatedPg = [
  {
    title: 'simple and extended queries, errors and transactions in simulate()',
    async play(context) {
      const { result } = await withPostgres(context, async ({ pool }) => {
        const { rows } = await pool.query('select $1::int + 1 as sum', [41]);
        await transaction(pool, ['green', 1], () => {});
        await assert.rejects(
          transaction(pool, ['black', 2], () => {
            throw new Error('no');
          }),
          { message: 'no' },
        );
        await assert.rejects(
          transaction(pool, ['white', 3], (client) => client.query(insert, ['green', 4])),
          { code: '23505' },
        );
        await assert.rejects(pool.query('selekt'), { code: '42601' });
        await assert.rejects(pool.query('selekt $1', [1]), { code: '42601' });
        return [rows, await contents(pool)];
      });
      assert.deepEqual(result, [[{ sum: 42 }], [{ name: 'green', number: 1 }]]);
    },
  },
  {
    title: 'a task that is cancelled in simulate() cancels its query, as the protocol does',
    async play(context) {
      const { result } = await withPostgres(context, async ({ bight, loop, pool, pg, options }) => {
        const client = await pool.connect();
        const sleeping = loop.createTask(async () => {
          const query = new pg.Query('select pg_sleep(600)');
          const ended = new Promise((resolve) => query.once('error', resolve).once('end', resolve));
          client.query(query);
          try {
            await bight.wrapFuture(ended);
          } catch (error) {
            new pg.Client(options).cancel(client, query);
            assert.equal((await ended).code, '57014');
            throw error;
          }
        });
        await bight.sleep(60);
        sleeping.cancel();
        await Promise.resolve(sleeping).catch(() => {});
        assert.ok(sleeping.cancelled());
        const { rows } = await client.query('select $1::int + 1 as sum', [1]);
        client.release();
        return [Math.round(loop.time()), rows];
      });
      assert.deepEqual(result, [60, [{ sum: 2 }]]);
    },
  },
  {
    title: 'a partition in simulate(): what was sent arrives when it is healed; time-outs are virtual',
    async play(context) {
      const { result } = await withPostgres(
        context,
        async ({ loop, network, server, client, pool }) => {
          await pool.query(insert, ['green', 1]);
          network.partition([server], [client]);
          const cut = loop.time();
          loop.callLater(300, () => network.heal());
          await pool.query(insert, ['black', 2]);
          const healed = loop.time() - cut;
          assert.ok(healed >= 300, `${healed}`);
          network.partition([server], [client]);
          const before = loop.time();
          await assert.rejects(pool.query({ text: 'select pg_sleep(1)', query_timeout: 20_000 }), /timeout/);
          const waited = Math.round(loop.time() - before);
          // The next one takes a new connection, and gives up after a while.
          await assert.rejects(pool.query(insert, ['white', 3]), /timeout/);
          const connecting = Math.round(loop.time() - before) - waited;
          network.heal();
          return [waited, connecting, await contents(pool)];
        },
        { connectionTimeoutMillis: 30_000, max: 1 },
      );
      const rows = [
        { name: 'green', number: 1 },
        { name: 'black', number: 2 },
      ];
      assert.deepEqual(result, [20, 30, rows]);
    },
  },
  {
    title:
      'restarts in simulate(): what is committed stays, an open transaction is lost, and the pool connects again',
    async play(context) {
      const { result } = await withPostgres(context, async ({ bight, pool, server }) => {
        await transaction(pool, ['green', 1], () => {});
        const failures = [];
        for (const how of ['stop', 'crash']) {
          const failing = transaction(pool, [how, 2], async (client) => {
            if (how === 'stop') await server.stop();
            else server.crash();
            await bight.sleep(10);
            server.restart();
            // After a crash, the server answers with a reset; after a stop, the connection has ended.
            await client.query('select name, number from cups');
          });
          failures.push(
            await failing.then(
              () => 'committed',
              ({ code, message }) => code ?? message,
            ),
          );
          await transaction(pool, [`after ${how}`, 3], () => {});
        }
        return [failures, (await contents(pool)).map(({ name }) => name)];
      });
      assert.deepEqual(result[1], ['green', 'after stop', 'after crash']);
      for (const failure of result[0]) assert.match(failure, /terminated|not queryable|ECONNRESET|EPIPE/);
    },
  },
].map((check) => ({ driver: 'pg', loops: ['VirtualEventLoop'], ...check }));
