// pg against PostgreSQL.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HOST } from './serving.mjs';

const LARGE = 100 * 1024 * 1024;

const counting = () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      sink.total += chunk.length;
      done();
    },
  });
  return Object.assign(sink, { total: 0 });
};

async function withPg({ load, forms, ports, tls }, use, ssl = false) {
  const { default: pg } = await load('pg');
  const more = ssl ? { ssl: { ca: tls.cert, servername: 'localhost' } } : {};
  const options = {
    host: HOST,
    port: ports.postgres,
    user: 'bight',
    database: 'postgres',
    stream: forms.pg,
    ...more,
  };
  const client = new pg.Client(options);
  await client.connect();
  try {
    return await use(client, () => withPgClient(pg, options));
  } finally {
    await client.end();
  }
}

async function withPgClient(pg, options) {
  const client = new pg.Client(options);
  await client.connect();
  return client;
}

export const pg = [
  {
    title: 'queries, with and without TLS',
    async play(context) {
      for (const ssl of [false, true])
        await withPg(
          context,
          async (client) => {
            const { rows } = await client.query('select $1::int + 1 as sum', [41]);
            assert.equal(rows[0].sum, 42);
            const answer = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
            assert.equal(answer.rows[0].ssl, ssl);
          },
          ssl,
        );
    },
  },
  {
    title: 'COPY of 100 MB in and out',
    async play(context) {
      const { from, to } = (await context.load('pg-copy-streams')).default;
      await withPg(context, async (client) => {
        await client.query('create temporary table t (line text)');
        const line = Buffer.from(`${'x'.repeat(1023)}\n`);
        const lines = function* () {
          const piece = Buffer.concat(Array.from({ length: 64 }, () => line));
          for (let sent = 0; sent < LARGE; sent += piece.length) yield piece;
        };
        await pipeline(Readable.from(lines()), client.query(from('copy t from stdin')));
        const sink = counting();
        await pipeline(client.query(to('copy t to stdout')), sink);
        assert.equal(sink.total, LARGE);
      });
    },
  },
  {
    title: 'LISTEN and NOTIFY',
    async play(context) {
      await withPg(context, async (client, another) => {
        await client.query('listen news');
        const notified = once(client, 'notification');
        const other = await another();
        await other.query("notify news, 'read all about it'");
        await other.end();
        assert.equal((await notified)[0].payload, 'read all about it');
      });
    },
  },
  {
    title: 'a task that is cancelled cancels its query',
    async play(context) {
      const { bight, loop } = context;
      await withPg(context, async (client, another) => {
        const { rows } = await client.query('select pg_backend_pid() as pid');
        const task = loop.createTask(async () => {
          const query = client.query('select pg_sleep(600)');
          try {
            await bight.wrapFuture(query);
          } catch (error) {
            const other = await another();
            await other.query('select pg_cancel_backend($1)', [rows[0].pid]);
            await other.end();
            await assert.rejects(query, { code: '57014' });
            throw error;
          }
        });
        await bight.sleep(0.1);
        task.cancel();
        await Promise.resolve(task).catch(() => undefined);
        assert.ok(task.cancelled());
        assert.equal((await client.query('select 1 as one')).rows[0].one, 1);
      });
    },
  },
].map((check) => ({ driver: 'pg', needs: ['postgres'], ...check }));
