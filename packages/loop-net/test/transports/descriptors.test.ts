import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import { drivers, runOn } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { Echo, Recording } from '../support/recording.js';

const program = path.join('packages', 'loop-net', 'test', 'programs', 'few-descriptors.ts');
// Loading the program takes many at once.
const LIMIT = 160;

/** Connects; the server may welcome us, close the connection, or leave us waiting. */
function visit(port: number): { socket: net.Socket; welcomed: Promise<boolean> } {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const welcomed = new Promise<boolean>((resolve) => {
    socket.once('data', () => resolve(true));
    socket.once('close', () => resolve(false));
  });
  return { socket, welcomed };
}

describe.each(['ProactorEventLoop', 'SelectorEventLoop'])('%s: descriptors', (loopClass) => {
  test('when they run out it is reported once, and when there are some again connections are served', async () => {
    const node = [process.execPath, '--conditions=bight-source', '--import=tsx', program, loopClass];
    const command = `ulimit -n ${LIMIT} && exec ${node.map((word) => `'${word}'`).join(' ')}`;
    const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const port = Number(/^port (\d+)$/.exec(String((await lines.next()).value))?.[1]);
      const visitors = [...Array(LIMIT + 20)].map(() => visit(port));
      expect((await lines.next()).value).toBe('report socket.accept() out of system resource: EMFILE');
      expect(await visitors[0]!.welcomed).toBe(true);
      for (const { socket } of visitors) socket.destroy();
      for (;;) {
        // The server has to notice first that the others have gone.
        const { socket, welcomed } = visit(port);
        const served = await welcomed;
        socket.destroy();
        if (served) break;
      }
      child.kill('SIGKILL');
      expect((await lines.next()).done).toBe(true);
    } finally {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
      child.kill('SIGKILL');
      await gone;
    }
  });
});

describe.each(drivers)('$name: descriptors', ({ Loop }) => {
  test('a number that is used again belongs to the new connection alone', async () => {
    await runOn(Loop, async (loop) => {
      const { host, port } = await serve(loop, () => new Echo(loop));
      for (let round = 0; round < 50; round++) {
        const [transport, client] = await loop.createConnection(() => new Recording(loop), { host, port });
        const text = `round ${round}`;
        transport.write(Buffer.from(text));
        await client.received(text.length);
        // The next connection gets the number while an event for this one may still be under way.
        expect(client.text).toBe(text);
        if (round % 2 === 0) transport.abort();
        else transport.close();
      }
    });
  });
});
