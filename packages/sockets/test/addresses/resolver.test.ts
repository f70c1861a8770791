import { getServers } from 'node:dns';
import { describe, expect, test } from '@jest/globals';
import {
  AF_INET,
  AF_INET6,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_PASSIVE,
  getaddrinfo,
  getnameinfo,
  NI_DGRAM,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_DGRAM,
  SOCK_STREAM,
} from '../../src/index.js';

const wrong = (value: unknown) => value as never;

describe('getaddrinfo', () => {
  test('resolves an address for every type of socket', async () => {
    const found = await getaddrinfo('127.0.0.1', 80);
    expect(found.slice(0, 2)).toEqual([
      {
        family: AF_INET,
        type: SOCK_STREAM,
        proto: 6,
        canonname: '',
        sockaddr: { host: '127.0.0.1', port: 80, family: AF_INET },
      },
      {
        family: AF_INET,
        type: SOCK_DGRAM,
        proto: 17,
        canonname: '',
        sockaddr: { host: '127.0.0.1', port: 80, family: AF_INET },
      },
    ]);
  });

  test('narrows by type and family', async () => {
    const sockaddr = { host: '::1', port: 443, family: AF_INET6, flowinfo: 0, scopeId: 0 };
    expect(await getaddrinfo('::1', 443, { type: SOCK_STREAM, family: AF_INET6 })).toEqual([
      { family: AF_INET6, type: SOCK_STREAM, proto: 6, canonname: '', sockaddr },
    ]);
  });

  test('knows names of services', async () => {
    const [found] = await getaddrinfo('127.0.0.1', 'https', { type: SOCK_STREAM });
    expect(found!.sockaddr).toMatchObject({ port: 443 });
  });

  test('gives the canonical name once, with the first answer', async () => {
    const found = await getaddrinfo('localhost', null, { flags: AI_CANONNAME });
    expect(found[0]!.canonname).toBe('localhost');
    expect(found.slice(1).every(({ canonname }) => canonname === '')).toBe(true);
  });

  test('without a host gives this machine, or all of its interfaces', async () => {
    const options = { family: AF_INET, type: SOCK_STREAM };
    expect((await getaddrinfo(null, 80, options))[0]!.sockaddr).toMatchObject({ host: '127.0.0.1' });
    const passive = await getaddrinfo(null, 80, { ...options, flags: AI_PASSIVE });
    expect(passive[0]!.sockaddr).toMatchObject({ host: '0.0.0.0' });
  });

  test('takes the host as bytes', async () => {
    const [found] = await getaddrinfo(Buffer.from('localhost'), 1, { family: AF_INET });
    expect(found!.sockaddr).toEqual({ host: '127.0.0.1', port: 1, family: AF_INET });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'a name where only numbers are wanted',
      () => getaddrinfo('localhost', 1, { flags: AI_NUMERICHOST }),
      'ENOTFOUND',
    ],
    ['an empty name', () => getaddrinfo('', 1), 'ENOTFOUND'],
    ['nothing at all', () => getaddrinfo(null, null), 'ENOTFOUND'],
    [
      'an address of another family',
      () => getaddrinfo('127.0.0.1', 1, { family: AF_INET6 }),
      'EAI_ADDRFAMILY',
    ],
  ])('rejects %s as the resolver does', async (_what, lookup, code) => {
    await expect(lookup()).rejects.toMatchObject({ code, syscall: 'getaddrinfo' });
  });

  test('names the host in its error, as Node does', async () => {
    const lookup = getaddrinfo('127.0.0.1', 'no-such-service', { type: SOCK_STREAM });
    await expect(lookup).rejects.toMatchObject({
      code: 'EAI_SERVICE',
      hostname: '127.0.0.1',
      errno: expect.any(Number),
    });
  });

  test('rejects arguments of other types', async () => {
    await expect(getaddrinfo(wrong(1), 1)).rejects.toThrow(TypeError);
    await expect(getaddrinfo('a\0b', 1)).rejects.toThrow('host must be');
    await expect(getaddrinfo('x', wrong({}))).rejects.toThrow(TypeError);
    await expect(getaddrinfo('x', 65536)).rejects.toThrow('port must be');
    await expect(getaddrinfo('x', 1, { family: wrong('IPv4') })).rejects.toThrow(TypeError);
    await expect(getaddrinfo('x'.repeat(5000), 1)).rejects.toThrow(/^getaddrinfo E/);
  });

  test('serves many look-ups at once, and leaves the servers of node:dns alone', async () => {
    const before = getServers();
    const all = await Promise.all(Array.from({ length: 100 }, (_, port) => getaddrinfo('127.0.0.1', port)));
    expect(all.map(([first]) => first!.sockaddr.port)).toEqual([...Array(100).keys()]);
    expect(getServers()).toEqual(before);
  });
});

describe('getnameinfo', () => {
  test('gives numbers with the numeric flags', async () => {
    const flags = NI_NUMERICHOST | NI_NUMERICSERV;
    expect(await getnameinfo({ host: '127.0.0.1', port: 80 }, { flags })).toEqual(['127.0.0.1', '80']);
    expect(await getnameinfo({ host: '::1', port: 80 }, { flags })).toEqual(['::1', '80']);
  });

  test('gives names', async () => {
    expect(await getnameinfo({ host: '127.0.0.1', port: 443 })).toEqual(['localhost', 'https']);
    const tftp = await getnameinfo({ host: '127.0.0.1', port: 69 }, { flags: NI_DGRAM | NI_NUMERICHOST });
    expect(tftp).toEqual(['127.0.0.1', 'tftp']);
  });

  test('wants a numeric host', async () => {
    await expect(getnameinfo({ host: 'localhost', port: 1 })).rejects.toThrow(
      'sockaddr.host must be an IP address',
    );
    await expect(getnameinfo(wrong('127.0.0.1'))).rejects.toThrow(TypeError);
    await expect(getnameinfo({ host: '127.0.0.1', port: -1 })).rejects.toThrow('port must be');
  });
});
