import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ValueError } from '@bight/loop-abstract';
import { wrapFuture } from '@bight/loop-core';
import { Socket } from '@bight/sockets';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { countDescriptors } from '../../../../test/support/system.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { turns } from '../support/turns.js';

const directory = mkdtempSync(path.join(tmpdir(), 'bight-unix-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let names = 0;

/** Waits until no more sockets are open than before. */
async function untilClosed(loop: TestLoop, before: number): Promise<void> {
  while (countDescriptors('socket') > before) await turns(loop, 1);
}

describe.each(drivers)('$name: Unix sockets', ({ Loop }) => {
  test('refuse a socket of another family before they touch it', async () => {
    await runOn(Loop, async (loop) => {
      const unconnected = new Socket();
      const factory = () => new Recording(loop);
      expect(() => loop.createUnixConnection(factory, { sock: unconnected })).toThrow(ValueError);
      expect(() => loop.createUnixServer(factory, { sock: unconnected })).toThrow(ValueError);
      expect(unconnected.fileno()).toBeGreaterThanOrEqual(0);
      unconnected.close();
      const server = net.createServer();
      server.listen(0, '127.0.0.1');
      await wrapFuture(once(server, 'listening'));
      const { port } = server.address() as net.AddressInfo;
      const client = net.connect(port, '127.0.0.1');
      await wrapFuture(once(client, 'connect'));
      expect(() => loop.createUnixConnection(factory, { sock: client })).toThrow(ValueError);
      expect(() => loop.createUnixServer(factory, { sock: server })).toThrow(ValueError);
      expect([client.destroyed, server.listening]).toEqual([false, true]);
      client.destroy();
      server.close();
    });
  });

  test('leave nothing behind when a connection is cancelled, in whatever turn', async () => {
    await runOn(Loop, async (loop) => {
      const name = path.join(directory, `server-${++names}`);
      const server = await loop.createUnixServer(() => new Recording(loop), { path: name });
      const before = countDescriptors('socket');
      for (let turn = 0; turn < 8; turn++) {
        const connecting = loop.createUnixConnection(() => new Recording(loop), { path: name });
        await turns(loop, turn);
        const isCancelled = connecting.cancel();
        const outcome = await Promise.resolve(connecting).then(
          ([transport]) => {
            transport.abort();
            return 'connected';
          },
          (error: Error) => error.name,
        );
        expect(outcome).toBe(isCancelled ? 'CancelledError' : 'connected');
        await untilClosed(loop, before);
      }
      // In the host's callback of the connection, before the loop's own callback.
      const connecting = loop.createUnixConnection(() => new Recording(loop), { path: name });
      setImmediate(() => connecting.cancel());
      await Promise.resolve(connecting).then(
        ([transport]) => transport.abort(),
        () => {},
      );
      await untilClosed(loop, before);
      server.close();
    });
  });
});
