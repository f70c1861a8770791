import { readFileSync } from 'node:fs';
import net from 'node:net';
import type { Transport } from '@bight/loop-abstract';
import { sleep } from '@bight/loop-core';
import { AF_INET, SOCK_DGRAM, Socket } from '@bight/sockets';
import { describe, expect, test } from '@jest/globals';
import { runsOf } from '../../../../test/support/extent.js';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { DatagramRecording } from '../support/datagrams.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';

/** How many descriptors this process may have. */
function descriptorLimit(): number {
  const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}

/** How many handshakes never end; each has a descriptor at either side. */
const HANDSHAKES = Math.min(runsOf(5000, 100), Math.floor((descriptorLimit() - 200) / 2));

/** A client that begins to greet, and never goes on. */
async function halfAHello(port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1').on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
  return socket;
}

/** Uploads until it is aborted. */
async function upload(loop: TestLoop, port: number): Promise<Transport> {
  const piece = Buffer.alloc(1 << 20);
  let isPaused = false;
  const pour = () => {
    isPaused = false;
    while (!isPaused && !transport.isClosing()) transport.write(piece);
  };
  const pauseWriting = () => {
    isPaused = true;
  };
  const [transport] = await loop.createConnection(() => ({ pauseWriting, resumeWriting: pour }), {
    host: '127.0.0.1',
    port,
  });
  loop.callSoon(pour);
  return transport;
}

describe.each(drivers)('$name: beside connections that are always busy', ({ Loop }) => {
  test('every upload progresses, and a quiet connection is answered', async () => {
    await runOn(Loop, async (loop) => {
      const counts: number[] = [];
      const { port } = await serve(loop, () => {
        const index = counts.push(0) - 1;
        return {
          dataReceived() {
            counts[index]!++;
            // The server's work for a piece.
            for (const start = performance.now(); performance.now() - start < 1; );
          },
        };
      });
      const echo = await serve(loop, () => new Echo(loop));
      const uploads = [await upload(loop, port), await upload(loop, port)];
      const [transport, protocol] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port: echo.port,
      });
      for (let answers = 1; answers <= 10; answers++) {
        const before = counts.reduce((sum, count) => sum + count, 0);
        transport.write(Buffer.from('x'));
        await protocol.received(answers);
        expect(counts.reduce((sum, count) => sum + count, 0) - before).toBeLessThan(100);
      }
      while (Math.min(...counts) < 20) await sleep(0);
      expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(20);
      for (const end of uploads) end.abort();
    });
  });

  test('a quiet connection is answered while datagrams pour in', async () => {
    await runOn(Loop, async (loop) => {
      const names = await Promise.all(
        [1, 2, 3].map(async () => {
          const [transport] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), {
            localAddr: { host: '127.0.0.1', port: 0 },
          });
          return transport.getExtraInfo('sockname') as { host: string; port: number };
        }),
      );
      const flood = new Socket({ family: AF_INET, type: SOCK_DGRAM });
      const block = Buffer.alloc(1000);
      const pour = () => {
        for (let count = 0; count < 30; count++) for (const name of names) flood.sendto(block, name);
      };
      const echo = await serve(loop, () => new Echo(loop));
      const [transport, protocol] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port: echo.port,
      });
      let isOver = false;
      const keepOn = () => {
        if (isOver) return;
        pour();
        loop.callSoon(keepOn);
      };
      keepOn();
      for (let answers = 1; answers <= 20; answers++) {
        transport.write(Buffer.from('x'));
        await protocol.received(answers);
      }
      isOver = true;
      flood.close();
    });
  });

  test('a client is served beside many that never end their TLS handshake', async () => {
    await runOn(Loop, async (loop) => {
      const { ca, server } = certificates();
      const ssl = new SSLContext({ cert: server.cert, key: server.key });
      const { port } = await serve(loop, () => new Echo(loop), { ssl, backlog: 500 });
      const idle: net.Socket[] = [];
      while (idle.length < HANDSHAKES) {
        const next = Math.min(200, HANDSHAKES - idle.length);
        idle.push(...(await Promise.all(Array.from({ length: next }, () => halfAHello(port)))));
      }
      const [transport, protocol] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port,
        ssl: createDefaultContext({ ca: ca.cert }),
        serverHostname: 'localhost',
      });
      transport.write(Buffer.from('x'));
      await protocol.received(1);
      for (const socket of idle) socket.destroy();
    });
  });
});
