import { describe, expect, test } from '@jest/globals';
import { AF_INET, AF_INET6, MSG_TRUNC, SOCK_DGRAM, Socket } from '../../src/index.js';
import { thrownBy } from '../support/errors.js';
import { waitReadable } from '../support/readiness.js';

function boundSocket(host = '127.0.0.1', family: number = AF_INET): Socket {
  const socket = new Socket({ family, type: SOCK_DGRAM });
  socket.bind({ host, port: 0 });
  return socket;
}

describe('a datagram socket', () => {
  test.each([
    ['IPv4', '127.0.0.1', AF_INET],
    ['IPv6', '::1', AF_INET6],
  ])('sends datagrams over %s and learns who sent one', (_name, host, family) => {
    using a = boundSocket(host, family);
    using b = boundSocket(host, family);
    expect(a.sendto(Buffer.from('hello'), b.getsockname())).toBe(5);
    waitReadable(b);
    const [data, address] = b.recvfrom(100);
    expect(data.toString()).toBe('hello');
    expect(address).toEqual(a.getsockname());
  });

  test('sends and receives empty datagrams', () => {
    using a = boundSocket();
    using b = boundSocket();
    expect(a.sendto(new Uint8Array(0), b.getsockname())).toBe(0);
    waitReadable(b);
    const [data, address] = b.recvfrom(100);
    expect(data).toHaveLength(0);
    expect(address).toEqual(a.getsockname());
    expect(thrownBy(() => b.recvfrom(100)).code).toBe('EAGAIN');
  });

  test('keeps the datagrams apart and cuts off what does not fit', () => {
    using a = boundSocket();
    using b = boundSocket();
    for (const text of ['first datagram', 'second']) a.sendto(Buffer.from(text), b.getsockname());
    waitReadable(b);
    expect(b.recv(5).toString()).toBe('first');
    expect(b.recv(100).toString()).toBe('second');
  });

  test('never gives more bytes than it has, even if the system reports the real length', () => {
    using a = boundSocket();
    using b = boundSocket();
    a.sendto(Buffer.from('long datagram'), b.getsockname());
    waitReadable(b);
    expect(b.recv(4, { flags: MSG_TRUNC }).toString()).toBe('long');
  });

  test('fills a buffer, and returns how many bytes', () => {
    using a = boundSocket();
    using b = boundSocket();
    a.sendto(Buffer.from('abc'), b.getsockname());
    a.sendto(Buffer.from('defg'), b.getsockname());
    waitReadable(b);
    const buffer = Buffer.alloc(6, '.');
    expect(b.recvfromInto(buffer)).toEqual([3, a.getsockname()]);
    expect(b.recvfromInto(buffer, { nbytes: 2 })).toEqual([2, a.getsockname()]);
    expect(buffer.toString()).toBe('dec...');
  });

  test('fixes the other end by connecting', () => {
    using a = boundSocket();
    using b = boundSocket();
    a.connect(b.getsockname());
    a.send(Buffer.from('x'));
    waitReadable(b);
    expect(b.recvfrom(1)[1]).toEqual(a.getsockname());
    expect(a.getpeername()).toEqual(b.getsockname());
  });

  test('takes datagrams of up to 65,507 bytes and reports EMSGSIZE above', () => {
    using a = boundSocket();
    using b = boundSocket();
    expect(a.sendto(Buffer.alloc(65507, 'x'), b.getsockname())).toBe(65507);
    waitReadable(b);
    expect(b.recv(100_000)).toHaveLength(65507);
    const { host, port } = b.getsockname();
    const error = thrownBy(() => a.sendto(Buffer.alloc(65508), b.getsockname()));
    expect(error).toMatchObject({ code: 'EMSGSIZE', syscall: 'sendto', address: host, port });
  });
});
