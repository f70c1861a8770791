import { AF_UNIX, SO_SNDBUF, SOCK_DGRAM, SOL_SOCKET, socketpair } from '@bight/sockets';
import { describe, expect, test } from '@jest/globals';
import { SelectorEventLoop } from '../../src/index.js';
import { DatagramRecording } from '../support/datagrams.js';
import { drivers, runOn } from '../support/loops.js';

test('Unix datagrams of any size are received whole, and one that is too long is an error', async () => {
  await runOn(SelectorEventLoop as never, async (loop) => {
    const sockets = socketpair({ family: AF_UNIX, type: SOCK_DGRAM });
    sockets[0].setsockopt(SOL_SOCKET, SO_SNDBUF, 200_000);
    const room = sockets[0].getsockopt(SOL_SOCKET, SO_SNDBUF);
    const [from, to] = await Promise.all(
      sockets.map(async (sock) => {
        const [, protocol] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), { sock });
        return protocol;
      }),
    );
    const sizes = [65_536, 65_537, 1, 150_000, room - 1000, 70_000].filter((size) => size < room - 500);
    for (const [index, size] of sizes.entries()) from!.transport.sendto(Buffer.alloc(size, index));
    await to!.received(sizes.length);
    expect(to!.datagrams.map(({ data }) => [data.length, data[0], data.at(-1)])).toEqual(
      sizes.map((size, index) => [size, index, index]),
    );
    from!.transport.sendto(Buffer.alloc(room + 1));
    await from!.until(({ errors }) => errors.length > 0);
    expect(from!.errors).toEqual([expect.objectContaining({ code: 'EMSGSIZE' })]);
  });
});

describe.each(drivers)('$name: a datagram above the limit of the system', ({ Loop }) => {
  test.each([65_508, 262_144, 262_145, 1_000_000])(
    'of %i bytes is reported to errorReceived',
    async (size) => {
      await runOn(Loop, async (loop) => {
        const open = async (options: object) => {
          const [, protocol] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), options);
          return protocol;
        };
        const server = await open({ localAddr: { host: '127.0.0.1', port: 0 } });
        const name = server.transport.getExtraInfo('sockname')! as { host: string; port: number };
        const free = await open({ localAddr: { host: '127.0.0.1', port: 0 } });
        const bound = await open({ remoteAddr: name });
        free.transport.sendto(Buffer.alloc(size), name);
        bound.transport.sendto(Buffer.alloc(size));
        for (const protocol of [free, bound]) {
          await protocol.until(({ errors }) => errors.length > 0);
          expect(protocol.errors).toEqual([expect.objectContaining({ code: 'EMSGSIZE' })]);
          protocol.transport.sendto(Buffer.from('after'), protocol === free ? name : null);
        }
        await server.received(2);
        expect(server.texts).toEqual(['after', 'after']);
      });
    },
  );
});
