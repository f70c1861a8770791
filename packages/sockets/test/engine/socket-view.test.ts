import type { InetAddress } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import {
  AF_INET,
  SO_LINGER,
  SO_REUSEADDR,
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
} from '../../src/index.js';
import { SocketView } from '../../src/low-level.js';
import { thrownBy } from '../support/errors.js';

function viewOf(socket: Socket): SocketView {
  const facts = { family: AF_INET, type: SOCK_STREAM, proto: 0, name: null, peer: null };
  return new SocketView(socket.fileno(), facts);
}

describe('the view of a socket', () => {
  test('reads and sets options: integers, and structures with buflen', () => {
    using socket = new Socket();
    const view = viewOf(socket);
    expect(view.getsockopt(SOL_SOCKET, SO_TYPE)).toBe(SOCK_STREAM);
    view.setsockopt(SOL_SOCKET, SO_REUSEADDR, true);
    expect(socket.getsockopt(SOL_SOCKET, SO_REUSEADDR)).toBe(1);
    view.setsockopt(SOL_SOCKET, SO_LINGER, Int32Array.of(1, 7));
    expect(view.getsockopt(SOL_SOCKET, SO_LINGER, { buflen: 8 }).readInt32LE(4)).toBe(7);
  });

  test('refuses an option that it does not know', () => {
    using socket = new Socket();
    const view = viewOf(socket);
    const ask = (options: object) => view.getsockopt(SOL_SOCKET, SO_LINGER, options as { buflen: number });
    expect(() => ask({ bufsize: 8 })).toThrow(TypeError);
    expect(() => ask({ bufsize: 8 })).toThrow('bufsize');
    expect(() => ask({ buflen: '8' })).toThrow(TypeError);
  });

  test('keeps the address, and has no descriptor, once the socket is about to be closed', () => {
    using socket = new Socket();
    socket.bind({ host: '127.0.0.1', port: 0 });
    const address: InetAddress = socket.getsockname();
    const view = viewOf(socket);
    view.forget();
    expect(view.fileno()).toBe(-1);
    expect(view.getsockname()).toEqual(address);
    expect(thrownBy(() => view.getsockopt(SOL_SOCKET, SO_TYPE)).code).toBe('EBADF');
    expect(thrownBy(() => view.getpeername()).code).toBe('EBADF');
  });
});
