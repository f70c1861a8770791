import { describe, expect, test } from '@jest/globals';
import { parseScope } from '../../src/addresses/scope.js';
import { drivers, runOn } from '../support/loops.js';

const STREAM = 1;

describe.each(drivers)('$name: invalid hosts', ({ Loop }) => {
  test.each(['localhost\0.invalid', '127.0.0.1\0.invalid', '\0', Buffer.from('localhost\0x')])(
    'with a null character is refused: %j',
    async (host) => {
      await runOn(Loop, async (loop) => {
        const refused = expect.objectContaining({
          name: 'ValueError',
          message: expect.stringContaining('NUL'),
        });
        expect(() => loop.getaddrinfo(host, 80)).toThrow(refused);
        if (typeof host !== 'string') return;
        for (const open of [
          () => loop.createConnection(() => ({}), { host, port: 80 }),
          () => loop.createServer(() => ({}), { host, port: 0 }),
          () => loop.createDatagramEndpoint(() => ({}), { remoteAddr: { host, port: 80 } }),
          () =>
            loop.createConnection(() => ({}), { host: '127.0.0.1', port: 80, localAddr: { host, port: 0 } }),
        ]) {
          await expect((async () => await open())()).rejects.toEqual(refused);
        }
        const [transport] = await loop.createDatagramEndpoint(() => ({}), {
          localAddr: { host: '127.0.0.1', port: 0 },
        });
        expect(() => transport.sendto(Buffer.from('x'), { host, port: 80 })).toThrow(refused);
        transport.close();
      });
    },
  );

  test.each(['fe80::1%nosuch', 'fe80::1%', 'fe80::1%99999999999', 'fe80::1%1x', '::1%lo', '2001:db8::1%lo'])(
    '%s has no interface: an error of the look-up',
    async (host) => {
      await runOn(Loop, async (loop) => {
        const error = { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: host };
        const looking = Promise.resolve(loop.getaddrinfo(host, 80));
        await expect(looking).rejects.toMatchObject({ code: 'ENOTFOUND', syscall: 'getaddrinfo' });
        const connecting = Promise.resolve(loop.createConnection(() => ({}), { host, port: 80 }));
        await expect(connecting).rejects.toMatchObject(error);
      });
    },
  );
});

test.each([
  ['::1%1', 1],
  ['fe80::1%0', 0],
  ['fe80::1%7', 7],
  ['fe80::1', 0],
])('%s has the interface %i', (host, scopeId) => {
  expect(parseScope(host)).toEqual({ address: host.replace(/%.*/, ''), scopeId });
});

// Linux gives the loopback interface this name and number; other systems do not.
if (process.platform === 'linux') {
  test.each(['fe80::1%lo', 'FE80::1%lo', 'febf::1%lo', 'ff02::1%lo'])(
    '%s has the interface named lo',
    (host) => {
      expect(parseScope(host)).toEqual({ address: host.replace(/%.*/, ''), scopeId: 1 });
    },
  );
}

test('getaddrinfo() of one type of socket gives the interface on', async () => {
  await runOn(drivers[0]!.Loop, async (loop) => {
    const [info] = await loop.getaddrinfo('fe80::1%7', 80, { type: STREAM });
    expect(info!.sockaddr).toMatchObject({ host: 'fe80::1', scopeId: 7 });
  });
});
