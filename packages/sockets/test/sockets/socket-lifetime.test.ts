import { closeSync, fstatSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { AF_UNIX, fromFd, SOCK_DGRAM, SOCK_STREAM, Socket, socketpair } from '../../src/index.js';
import { thrownBy } from '../support/errors.js';

const isOpen = (fd: number) => {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
};

describe('a socket', () => {
  test('closes its descriptor and has none after that', () => {
    const socket = new Socket();
    const fd = socket.fileno();
    socket.close();
    expect([socket.fileno(), isOpen(fd)]).toEqual([-1, false]);
  });

  test('that is closed again does not close the next descriptor of its number', () => {
    const socket = new Socket();
    const fd = socket.fileno();
    socket.close();
    const others: Socket[] = [];
    while (others.at(-1)?.fileno() !== fd && others.length < 100) others.push(new Socket());
    expect(others.at(-1)!.fileno()).toBe(fd);
    socket.close();
    expect(isOpen(fd)).toBe(true);
    for (const other of others) other.close();
  });

  test('is closed at the end of its block', () => {
    let fd: number;
    {
      using socket = new Socket();
      fd = socket.fileno();
    }
    expect(isOpen(fd)).toBe(false);
  });

  test('throws EBADF when it is used after it was closed', () => {
    const socket = new Socket();
    socket.close();
    const calls: [string, () => unknown][] = [
      ['bind', () => socket.bind({ host: '', port: 0 })],
      ['listen', () => socket.listen()],
      ['accept', () => socket.accept()],
      ['connect', () => socket.connect({ host: '127.0.0.1', port: 1 })],
      ['recv', () => socket.recv(1)],
      ['recvInto', () => socket.recvInto(Buffer.alloc(1))],
      ['recvfrom', () => socket.recvfrom(1)],
      ['recvfromInto', () => socket.recvfromInto(Buffer.alloc(1))],
      ['send', () => socket.send(Buffer.alloc(1))],
      ['sendall', () => socket.sendall(Buffer.alloc(1))],
      ['sendto', () => socket.sendto(Buffer.alloc(1), { host: '127.0.0.1', port: 1 })],
      ['shutdown', () => socket.shutdown(2)],
      ['getsockname', () => socket.getsockname()],
      ['getpeername', () => socket.getpeername()],
      ['getsockopt', () => socket.getsockopt(1, 1)],
      ['setsockopt', () => socket.setsockopt(1, 1, 1)],
      ['setblocking', () => socket.setblocking(true)],
      ['getblocking', () => socket.getblocking()],
    ];
    expect(calls.map(([name, call]) => [name, thrownBy(call).code])).toEqual(
      calls.map(([name]) => [name, 'EBADF']),
    );
  });

  test('gives its descriptor away', () => {
    const first = new Socket({ family: AF_UNIX, type: SOCK_DGRAM });
    const fd = first.detach();
    expect([first.fileno(), first.detach()]).toEqual([-1, -1]);
    first.close();
    using second = new Socket({ fileno: fd });
    expect([second.fileno(), second.family, second.type]).toEqual([fd, AF_UNIX, SOCK_DGRAM]);
  });

  test('is made for a foreign descriptor, whose owner keeps it', () => {
    const [a, b] = socketpair();
    using _a = a;
    using _b = b;
    const copy = fromFd(b);
    expect(copy.fileno()).not.toBe(b.fileno());
    expect([copy.family, copy.type]).toEqual([AF_UNIX, SOCK_STREAM]);
    copy.sendall(Buffer.from('x'));
    copy.close();
    expect(a.recv(10).toString()).toBe('x');
    expect(thrownBy(() => a.recv(10)).code).toBe('EAGAIN');
  });

  test('is not made for what is no socket', () => {
    const file = openSync(devNull, 'r'); // standard input may well be a socket
    try {
      expect(thrownBy(() => fromFd(file)).code).toBe('ENOTSOCK');
      expect(thrownBy(() => new Socket({ fileno: file })).code).toBe('ENOTSOCK');
    } finally {
      closeSync(file);
    }
    expect(thrownBy(() => fromFd(999_999)).code).toBe('EBADF');
  });
});
