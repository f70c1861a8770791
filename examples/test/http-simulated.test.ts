// Time-outs, slow clients and graceful closes of the web server, on virtual time.

import { type SimulateOptions, simulate } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import {
  type AbstractServer,
  gather,
  getRunningLoop,
  openConnection,
  type StreamReader,
  type StreamWriter,
  sleep,
} from 'bight';
import { type HttpLimits, type HttpRequest, usualLimits } from '../src/http/http-connection.js';
import type { Response } from '../src/http/response.js';
import { startHttpServer } from '../src/http/start-http-server.js';

interface World {
  readonly server: AbstractServer;
  connect(): PromiseLike<readonly [StreamReader, StreamWriter]>;
  /** The **seconds** that have passed. */
  now(): number;
  /** Cuts the connections. */
  cut(): void;
}

/** Runs clients against a server. */
async function inWorld(
  handle: (request: HttpRequest) => Response | Promise<Response>,
  clients: (world: World) => Promise<void>,
  { limits = {}, ...options }: SimulateOptions & { limits?: Partial<HttpLimits> } = {},
): Promise<void> {
  await simulate(async (loop) => {
    const [here, there] = [loop.network.host('server'), loop.network.host('client')];
    const server = await here.run(() => startHttpServer(handle, { host: '0.0.0.0', port: 80, limits }));
    const connect = () => openConnection({ host: 'server', port: 80 });
    await there.run(() =>
      clients({ server, connect, now: () => loop.time(), cut: () => loop.network.reset(there, here) }),
    );
    server.close();
    await server.waitClosed();
  }, options);
}

const empty = () => ({ status: '204 No Content' });
const whole = async ({ body }: HttpRequest) => ({ status: '200 OK', body: await body.bytes() });
const bytes = (text: string) => Buffer.from(text);

async function replyTo(world: World, ...sent: string[]): Promise<[reply: string, seconds: number]> {
  const [reader, writer] = await world.connect();
  const began = world.now();
  for (const text of sent) writer.write(bytes(text));
  const reply = String(await reader.read());
  const seconds = world.now() - began;
  writer.close();
  return [reply, seconds];
}

test('a client that asks nothing is sent away; one that takes its time with a head learns why', () =>
  inWorld(empty, async (world) => {
    expect(await replyTo(world)).toEqual(['', expect.closeTo(usualLimits.idleSeconds, 1)]);
    const [reply, seconds] = await replyTo(world, 'GET / HT');
    expect(reply).toMatch(/^HTTP\/1\.1 408 /);
    expect(seconds).toBeCloseTo(usualLimits.headSeconds, 0);
    // Single bytes at intervals do not extend the time limit.
    const [reader, writer] = await world.connect();
    const began = world.now();
    const trickle = getRunningLoop().createTask(async () => {
      for (;;) {
        writer.write(bytes('X'));
        await sleep(1);
      }
    });
    expect(String(await reader.read())).toMatch(/^HTTP\/1\.1 408 /);
    expect(world.now() - began).toBeLessThan(usualLimits.headSeconds + 1);
    trickle.cancel();
    writer.close();
  }));

test('a body that stops coming is an error of the client, a slow one is none', () =>
  inWorld(whole, async (world) => {
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n';
    const [reply, seconds] = await replyTo(world, head, 'x');
    expect(reply).toMatch(/^HTTP\/1\.1 408 /);
    expect(seconds).toBeCloseTo(usualLimits.bodySeconds, 0);
    const [reader, writer] = await world.connect();
    writer.write(bytes(head));
    for (let i = 0; i < 10; i++) {
      await sleep(20);
      writer.write(bytes('x'));
    }
    expect(String(await reader.readuntil(bytes('x'.repeat(10))))).toMatch(/^HTTP\/1\.1 200 /);
    writer.close();
  }));

test('a client that takes nothing of its answer loses it', async () => {
  let ended = '';
  const endless = (): Response => ({
    status: '200 OK',
    body: (async function* () {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        ended = 'ended';
      }
    })(),
  });
  await inWorld(endless, async (world) => {
    const [, writer] = await world.connect();
    writer.transport.pauseReading();
    writer.write(bytes('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    await sleep(usualLimits.writeSeconds + 5);
    expect(ended).toBe('ended');
    writer.close();
  });
});

test('a handler is cancelled when its client is gone', async () => {
  let how = '';
  const slow = async () => {
    try {
      await sleep(1000);
    } catch (error) {
      how = (error as Error).name;
      throw error;
    }
    return empty();
  };
  await inWorld(slow, async (world) => {
    const [, writer] = await world.connect();
    writer.write(bytes('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    await sleep(1);
    world.cut();
    await sleep(1);
    expect(how).toBe('CancelledError');
  });
});

test('a close answers what was asked, and what is on its way; then the connection ends', async () => {
  const slow = async () => {
    await sleep(3);
    return empty();
  };
  await inWorld(slow, async (world) => {
    const request = bytes('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [busy, idle, late, silent] = await gather([1, 2, 3, 4].map(() => () => world.connect()));
    for (const [reader, writer] of [idle!, late!, silent!]) {
      writer.write(request);
      await reader.readuntil(bytes('\r\n\r\n'));
    }
    busy![1].write(Buffer.concat([request, request]));
    await sleep(1);
    world.server.close();
    late![1].write(request);
    const [inTime, ...others] = await gather(
      [busy!, late!, silent!].map(
        ([reader]) =>
          async () =>
            String(await reader.read()),
      ),
    );
    expect(inTime).toMatch(
      /^HTTP\/1\.1 204 [^:]*(?:(?!Connection)[\s\S])*HTTP\/1\.1 204 [\s\S]*Connection: close/,
    );
    expect(others).toEqual([expect.stringContaining('Connection: close'), '']);
    for (const [, writer] of [busy!, idle!, late!, silent!]) writer.close();
  });
});

test('what fails in a handler is reported, and answered with 500', async () => {
  const fails = async ({ target }: HttpRequest): Promise<Response> => {
    if (target === '/') throw new Error('a fault');
    return { status: '200 OK', fields: { X: 'a\r\nSet-Cookie: b' } };
  };
  const reports: unknown[] = [];
  await inWorld(fails, async (world) => {
    const loop = getRunningLoop();
    loop.setExceptionHandler((_, { exception }) => reports.push(String(exception)));
    for (const target of ['/', '/x']) {
      const [reply] = await replyTo(world, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(reply).toMatch(/^HTTP\/1\.1 500 /);
    }
  });
  expect(reports).toEqual(['Error: a fault', 'Error: the field X has a line end in it']);
});
