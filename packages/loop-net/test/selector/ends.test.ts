import { RuntimeError } from '@bight/loop-abstract';
import { Socket, socketpair } from '@bight/sockets';
import { describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import { countDescriptors } from '../../../../test/support/system.js';
import { createDefaultContext, SelectorEventLoop, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn } from '../support/loops.js';
import { serve } from '../support/pairs.js';

describe('a socket that outlives its loop', () => {
  test.each(['close', 'detach'] as const)('can be given up by %s() while calls wait for it', async (name) => {
    const before = countDescriptors('socket');
    const loop = new SelectorEventLoop();
    const [a, b] = socketpair();
    const received = await loop.runUntilComplete(async () => {
      loop.addReader(b, () => {});
      return [loop.sockRecv(a, 10), loop.sockRecv(b, 10)];
    });
    loop.close();
    const fd = a[name]();
    expect(a.fileno()).toBe(-1);
    b.close();
    if (typeof fd === 'number') new Socket({ fileno: fd }).close();
    expect(countDescriptors('socket')).toBe(before);
    expect(received.map((future) => future.done())).toEqual([false, false]);
  });
});

test('a loop that is forgotten is reported, and closed with all that it had open', async () => {
  const program = 'packages/loop-net/test/programs/unclosed-loops.ts';
  const nodeOptions = ['--expose-gc', '--no-warnings'];
  const { stdout, status } = await runTypeScript(program, { nodeOptions });
  expect([stdout.split('\n'), status]).toEqual([
    [
      'nothing is left',
      'ResourceWarning: a Socket was collected that had not been closed (descriptor N)',
      'ResourceWarning: an event loop was collected that had not been closed',
      '',
    ],
    0,
  ]);
});

describe('the descriptor of a TLS transport', () => {
  test('cannot be watched, until its number belongs to another file', async () => {
    await runOn(SelectorEventLoop as never, async (made) => {
      const loop = made as unknown as SelectorEventLoop;
      const { ca, server } = certificates();
      const accepted: Echo[] = [];
      const ssl = new SSLContext({ cert: server.cert, key: server.key });
      const factory = () => {
        accepted.push(new Echo(made));
        return accepted.at(-1)!;
      };
      const { port } = await serve(made, factory, { ssl });
      const [transport, protocol] = await loop.createConnection(() => new Recording(made), {
        host: '127.0.0.1',
        port,
        ssl: createDefaultContext({ ca: ca.cert }),
        serverHostname: 'localhost',
      });
      transport.write(Buffer.from('x'));
      await protocol.received(1);
      const fds = [transport, accepted[0]!.transport].map((end) => end.getExtraInfo('socket')!.fileno());
      for (const fd of fds) {
        expect(() => loop.addReader(fd, () => {})).toThrow(
          new RuntimeError(`File descriptor ${fd} is used by a transport`),
        );
        expect(() => loop.addWriter(fd, () => {})).toThrow(RuntimeError);
        expect(() => loop.removeReader(fd)).toThrow(RuntimeError);
      }
      transport.close();
      await protocol.event('lost');
      await accepted[0]!.event('lost');
      // The system gives out the lowest numbers first.
      const pairs = [socketpair(), socketpair(), socketpair()].flat();
      expect(pairs.map((socket) => socket.fileno())).toEqual(expect.arrayContaining(fds));
      for (const fd of fds) {
        loop.addReader(fd, () => {});
        expect(loop.removeReader(fd)).toBe(true);
      }
      for (const socket of pairs) socket.close();
    });
  });
});
