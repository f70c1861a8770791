import { describe, expect, test } from '@jest/globals';
import { drivers, runReporting } from '../support/loops.js';
import { recordingPair, serve } from '../support/pairs.js';
import { aWhile } from '../support/turns.js';

describe.each(drivers)('$name: exceptions of protocols', ({ Loop }) => {
  test.each(['dataReceived', 'eofReceived'] as const)(
    '%s: reported, and the connection is lost with it',
    async (method) => {
      const exception = new Error('oops');
      const { reports, result } = await runReporting(Loop, async (loop) => {
        const { client, accepted, transport } = await recordingPair(loop);
        accepted[method] = () => {
          throw exception;
        };
        transport.write(Buffer.from('x'));
        transport.writeEof();
        await accepted.event('lost');
        await client.event('lost');
        return accepted;
      });
      expect(result.lost).toBe(exception);
      expect(reports).toHaveLength(1);
      expect(reports[0]!.message).toBe(`Fatal error: protocol.${method}() call failed.`);
      // Compared by identity: to look into a transport is to look into its whole loop.
      expect([reports[0]!.exception === exception, reports[0]!.protocol === result]).toEqual([true, true]);
      expect(reports[0]!.transport === result.transport).toBe(true);
    },
  );

  test('an error of the operating system is not reported', async () => {
    const { reports } = await runReporting(Loop, async (loop) => {
      const { accepted, transport } = await recordingPair(loop);
      accepted.dataReceived = () => {
        throw Object.assign(new Error('read EIO'), { code: 'EIO', errno: -5, syscall: 'read' });
      };
      transport.write(Buffer.from('x'));
      await accepted.event('lost');
      expect(accepted.lost).toMatchObject({ code: 'EIO' });
    });
    expect(reports).toEqual([]);
  });

  test('connectionMade and connectionLost are callbacks of the loop, and fail as such', async () => {
    const { reports } = await runReporting(Loop, async (loop) => {
      const { host, port } = await serve(loop, () => ({
        connectionMade() {
          throw new Error('made');
        },
        connectionLost() {
          throw new Error('lost');
        },
      }));
      const [transport] = await loop.createConnection(() => ({}), { host, port });
      transport.close();
      await aWhile(loop);
    });
    expect(reports.map(({ exception }) => exception?.message)).toEqual(['made', 'lost']);
    expect(reports.map(({ message }) => message)).toEqual([
      expect.stringContaining('Exception in callback connectionMade('),
      expect.stringContaining('Exception in callback connectionLost('),
    ]);
    expect(reports.every(({ handle }) => handle !== undefined)).toBe(true);
  });

  test('a server whose factory fails closes the connection, and reports it in debug mode', async () => {
    for (const debug of [false, true]) {
      const { reports } = await runReporting(Loop, async (loop) => {
        loop.setDebug(debug);
        const { server, host, port } = await serve(loop, () => {
          throw new Error('no protocol');
        });
        const lost = loop.createFuture<void>();
        await loop.createConnection(() => ({ connectionLost: () => lost.setResult(undefined) }), {
          host,
          port,
        });
        await lost;
        server.close();
        await server.waitClosed();
      });
      expect(reports.map(({ exception }) => exception?.message)).toEqual(debug ? ['no protocol'] : []);
    }
  });

  test('a client whose factory fails closes the connection', async () => {
    await runReporting(Loop, async (loop) => {
      const lost = loop.createFuture<void>();
      const { host, port } = await serve(loop, () => ({ connectionLost: () => lost.setResult(undefined) }));
      const failing = () => {
        throw new Error('no protocol');
      };
      await expect(Promise.resolve(loop.createConnection(failing, { host, port }))).rejects.toThrow(
        'no protocol',
      );
      await lost;
      const asynchronous = async () => ({});
      const attempt = loop.createConnection(asynchronous as never, { host, port });
      await expect(Promise.resolve(attempt)).rejects.toThrow('what protocolFactory returned must be');
    });
  });
});
