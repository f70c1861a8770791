import { describe, expect, test } from '@jest/globals';
import {
  IPPROTO_TCP,
  SO_BROADCAST,
  SO_ERROR,
  SO_LINGER,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
  TCP_CONGESTION,
  TCP_NODELAY,
} from '../../src/index.js';
import { thrownBy } from '../support/errors.js';

describe('socket options', () => {
  test('are integers, and booleans on the way in', () => {
    using socket = new Socket();
    expect(socket.getsockopt(SOL_SOCKET, SO_TYPE)).toBe(SOCK_STREAM);
    expect(socket.getsockopt(SOL_SOCKET, SO_ERROR)).toBe(0);
    expect(socket.getsockopt(IPPROTO_TCP, TCP_NODELAY)).toBe(0);
    socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, true);
    expect(socket.getsockopt(IPPROTO_TCP, TCP_NODELAY)).toBe(1);
    socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
    expect(socket.getsockopt(SOL_SOCKET, SO_REUSEADDR)).toBe(1);
    socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 65536);
    expect(socket.getsockopt(SOL_SOCKET, SO_RCVBUF)).toBeGreaterThanOrEqual(65536);
  });

  test('are structures', () => {
    using socket = new Socket();
    socket.setsockopt(SOL_SOCKET, SO_LINGER, Int32Array.of(1, 7));
    const linger = socket.getsockopt(SOL_SOCKET, SO_LINGER, { buflen: 8 });
    expect([linger.readInt32LE(0), linger.readInt32LE(4)]).toEqual([1, 7]);
  });

  test('are texts, as long as the system says', () => {
    using socket = new Socket();
    const name = socket.getsockopt(IPPROTO_TCP, TCP_CONGESTION, { buflen: 64 });
    expect(name.length).toBeLessThanOrEqual(64);
    expect(name.toString('latin1')).toMatch(/^[a-z]+\0/);
  });

  test('fail with the code of the system', () => {
    using socket = new Socket({ type: SOCK_DGRAM });
    const error = thrownBy(() => socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1));
    expect([error.code, error.syscall]).toEqual(['ENOPROTOOPT', 'setsockopt']);
    expect(thrownBy(() => socket.getsockopt(SOL_SOCKET, 12345)).code).toBe('ENOPROTOOPT');
    expect(thrownBy(() => socket.setsockopt(SOL_SOCKET, SO_BROADCAST, new Uint8Array(0))).code).toBe(
      'EINVAL',
    );
  });

  test('let two sockets share a port', () => {
    const pair = [new Socket(), new Socket()] as const;
    using a = pair[0];
    using b = pair[1];
    for (const socket of pair) socket.setsockopt(SOL_SOCKET, SO_REUSEPORT, true);
    a.bind({ host: '127.0.0.1', port: 0 });
    a.listen();
    b.bind(a.getsockname());
    b.listen();
    expect(b.getsockname()).toEqual(a.getsockname());
  });
});
