// A program that uses everything that differs from run to run outside of a simulation. What it prints is compared with
// `replayed-trace.txt`, on every version of Node.
import nodeCrypto, { getRandomValues, randomBytes, randomFillSync, randomInt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setInterval as every, scheduler, setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { simulate } from '@bight/loop-testing';
import { gather, openConnection, Queue, sleep, startServer } from 'bight';

const lines: string[] = [];

await simulate(
  async (loop) => {
    const note = (...what: unknown[]) => lines.push([loop.time().toFixed(6), ...what].join(' '));
    const { network } = loop;
    const hosts = ['a', 'b', 'c'].map((name) => network.host(name));

    note('Math.random', Math.random(), Math.random());
    note('crypto', randomUUID(), randomBytes(6).toString('hex'), randomInt(1000), randomInt(5, 10));
    note('fill', randomFillSync(new Uint16Array(3), 1).join(), getRandomValues(new Uint8Array(3)).join());
    note('web', globalThis.crypto.randomUUID(), globalThis.crypto.getRandomValues(new Uint32Array(2)).join());
    note(
      'callback',
      (await promisify(nodeCrypto.randomBytes)(4)).toString('hex'),
      await promisify(nodeRandomInt)(99),
    );
    note(
      'date',
      Date.now(),
      new Date().toISOString(),
      Date().slice(0, 15),
      new Date(0).getTime(),
      new Date() instanceof Date,
    );
    await sleep(1.25);
    note(
      'clocks',
      performance.now(),
      process.hrtime([0, 250_000_000]).join(),
      process.hrtime.bigint(),
      process.uptime(),
    );

    const order: string[] = [];
    const timer = setTimeout(() => order.push('never'), 5);
    setTimeout((...args: unknown[]) => order.push(`timeout ${args.join()}`), 20, 1, 2);
    setImmediate(() => order.push('immediate'));
    clearTimeout(timer);
    let ticks = 0;
    const interval = setInterval(() => {
      if (++ticks === 3) clearInterval(Number(interval));
      order.push(`tick ${ticks} at ${Date.now() % 100_000}`);
    }, 7);
    note('wait', await wait(50, 'waited'), order.join('; '));
    await scheduler.wait(100);
    for await (const value of every(10, 'beat')) {
      note(value);
      if (loop.time() > 1.45) break;
    }
    AbortSignal.timeout(30).onabort = () => note('aborted');
    await promisify(setTimeout)(40);

    note('file', (await readFile(new URL(import.meta.url))).length > 0);

    const inbox = new Queue<string>();
    const [server] = hosts as [(typeof hosts)[0]];
    await using listener = await server!.run(() =>
      startServer(
        async (reader, writer) => {
          for (let line = await reader.readline(); line.length > 0; line = await reader.readline()) {
            await inbox.put(String(line).trim());
            writer.write(line);
          }
          writer.close();
        },
        { host: '0.0.0.0', port: 7 },
      ),
    );
    await gather(
      hosts.map(
        (host) => () =>
          host.run(async () => {
            const [reader, writer] = await openConnection({ host: 'a', port: 7 });
            for (let i = 0; i < 4; i++) {
              writer.write(Buffer.from(`${host.name}${i} ${Math.random()}\n`));
              await sleep(Math.random() / 10);
              note(host.name, 'echo', String(await reader.readline()).trim());
            }
            writer.close();
            await writer.waitClosed();
          }),
      ),
    );
    while (inbox.qsize() > 0) note('inbox', await inbox.get());
    listener.close();
  },
  { seed: 2026, chaos: true, link: { latency: 0.02, jitter: 0.03, loss: 0.1, fragmentation: 0.3 } },
);

function nodeRandomInt(bound: number, done: (error: Error | null, value: number) => void): void {
  randomInt(bound, done as (error: unknown, value: number) => void);
}

console.log(lines.join('\n'));
