import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { drivers, runOn } from '../support/loops.js';
import { serve } from '../support/pairs.js';

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

/** Runs a server in a process that may have few descriptors. */
async function withFewDescriptors(
  args: string[],
  body: (server: { port: number; line: () => Promise<unknown>; child: ChildProcess }) => Promise<void>,
): Promise<void> {
  const node = [process.execPath, ...nodeArguments(program, args)];
  const command = `ulimit -n ${LIMIT} && exec ${node.map((word) => `'${word}'`).join(' ')}`;
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async () => (await lines.next()).value;
    const port = Number(/^port (\d+)$/.exec(String(await line()))?.[1]);
    await body({ port, line, child });
    child.kill('SIGKILL');
    expect((await lines.next()).done).toBe(true);
  } finally {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    child.kill('SIGKILL');
    await gone;
  }
}

const REPORT = 'report socket.accept() out of system resource: EMFILE';

describe.each(['ProactorEventLoop', 'SelectorEventLoop'])('%s: descriptors', (loopClass) => {
  test('when they run out it is reported once, and when there are some again connections are served', async () => {
    await withFewDescriptors([loopClass], async ({ port, line }) => {
      const visitors = [...Array(LIMIT + 20)].map(() => visit(port));
      expect(await line()).toBe(REPORT);
      expect(await visitors[0]!.welcomed).toBe(true);
      for (const { socket } of visitors) socket.destroy();
      for (;;) {
        // The server has to notice first that the other clients have closed.
        const { socket, welcomed } = visit(port);
        const served = await welcomed;
        socket.destroy();
        if (served) break;
      }
    });
  });

  test('when files have taken them it is reported once, and no later client is lost', async () => {
    await withFewDescriptors([loopClass, 'fill'], async ({ port, line, child }) => {
      const visitors = [...Array(5)].map(() => visit(port));
      try {
        expect(await line()).toBe(REPORT);
        child.kill('SIGUSR2');
        expect(await line()).toBe('freed');
        const served = await Promise.all(visitors.map(({ welcomed }) => welcomed));
        // libuv accepts and closes what it has no descriptor for: the proactor cannot serve these.
        const isLost = loopClass === 'ProactorEventLoop';
        expect(served.sort()).toEqual(isLost ? [false, false, false, false, true] : Array(5).fill(true));
        visitors.push(visit(port));
        expect(await visitors.at(-1)!.welcomed).toBe(true);
      } finally {
        for (const { socket } of visitors) socket.destroy();
      }
    });
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
