// Tests that are the same under every test runner: what they are registered with is handed in.
import assert from 'node:assert/strict';
// Not by name: jest's ES modules keep the functions that a built-in module had when it was imported.
import crypto from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { loopTest, SimulationError, simulate } from '@bight/loop-testing';
import { openConnection, sleep, startServer } from 'bight';

/** A program that uses whatever a seed decides: what it prints depends on nothing else. */
async function program(loop) {
  const { network } = loop;
  const lines = [];
  const note = (...values) => lines.push(values.join(' '));
  const [server, client] = [network.host('server'), network.host('client')];
  network.link(server, client, { latency: 0.01, jitter: 0.02, loss: 0.1, fragmentation: 0.3 });
  server.setClock({ offset: 5, drift: 0.01 });
  server.start(async () => {
    const listening = await startServer(
      async (reader, writer) => {
        for (let line = await reader.readline(); line.length > 0; line = await reader.readline()) {
          note('server', loop.time(), Date.now(), String(line).trim());
          writer.write(Buffer.from(`${Math.random()}\n`));
        }
        writer.close();
      },
      { host: '0.0.0.0', port: 7 },
    );
    await listening.serveForever();
  });
  await client.run(async () => {
    await sleep(1);
    const [reader, writer] = await openConnection({ host: 'server', port: 7 });
    for (let i = 0; i < 20; i++) {
      writer.write(Buffer.from(`${crypto.randomUUID()} ${performance.now()}\n`));
      note(
        'client',
        loop.time(),
        String(await reader.readline()).trim(),
        crypto.randomBytes(4).toString('hex'),
      );
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    writer.close();
  });
  server.crash();
  return crypto.createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** Registers the tests. */
export function define(test, { runner, command }) {
  const inWorld = loopTest(test, { seed: 7, chaos: true });

  inWorld('a day passes at once', async (loop) => {
    await sleep(86_400);
    assert.equal(loop.time(), 86_400);
  });

  inWorld('the seed decides how a program runs', async (loop) => {
    appendFileSync(process.env.RUNNERS_DIGESTS, `${await program(loop)} ${runner}\n`);
  });

  test('a failure names the command with which this runner repeats it', async () => {
    const error = await simulate(
      async () => {
        await sleep(3);
        throw new RangeError('too far');
      },
      { seed: 3 },
    ).catch((reason) => reason);
    assert.ok(error instanceof SimulationError);
    assert.equal(error.time, 3);
    assert.match(error.command, command);
    assert.match(error.message, /BIGHT_SEED=3/);
  });

  test('an unhandled error fails the run, and not the runner', async () => {
    const error = await simulate(async () => {
      void Promise.reject(new Error('lost'));
      await sleep(1);
    }).catch((reason) => reason);
    assert.ok(error instanceof SimulationError);
    assert.match(error.message, /Unhandled rejection of a promise/);
  });
}
