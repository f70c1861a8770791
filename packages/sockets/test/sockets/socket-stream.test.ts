import { describe, expect, test } from '@jest/globals';
import {
  AF_INET,
  AF_INET6,
  MSG_PEEK,
  SHUT_WR,
  SO_ERROR,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
} from '../../src/index.js';
import { connectedPair } from '../support/connected.js';
import { thrownBy } from '../support/errors.js';
import { waitReadable, waitWritable } from '../support/readiness.js';

describe('a stream socket', () => {
  test('is an IPv4 TCP socket when nothing else is asked for', () => {
    using socket = new Socket();
    expect([socket.family, socket.type, socket.proto]).toEqual([AF_INET, SOCK_STREAM, 0]);
    expect(socket.fileno()).toBeGreaterThan(2);
  });

  test('carries bytes both ways', () => {
    using pair = connectedPair();
    expect(pair.client.send(Buffer.from('to the server'))).toBe(13);
    waitReadable(pair.server);
    expect(pair.server.recv(100).toString()).toBe('to the server');
    pair.server.sendall(new Uint16Array([1, 2]));
    waitReadable(pair.client);
    expect([...pair.client.recv(100)]).toEqual([1, 0, 2, 0]);
  });

  test('gives a few bytes in memory of their size, however many were asked for', () => {
    using pair = connectedPair();
    for (const receive of [
      (size: number) => pair.server.recv(size),
      (size: number) => pair.server.recvfrom(size)[0],
    ]) {
      pair.client.send(Buffer.from('few'));
      waitReadable(pair.server);
      const data = receive(1 << 20);
      expect(data.toString()).toBe('few');
      expect(data.buffer.byteLength).toBeLessThanOrEqual(1 << 16);
    }
  });

  test('throws EINPROGRESS while it connects, and has no error once it has', () => {
    using listener = new Socket();
    listener.bind({ host: '127.0.0.1', port: 0 });
    listener.listen({ backlog: 5 });
    using client = new Socket();
    const error = thrownBy(() => client.connect(listener.getsockname()));
    expect(error).toMatchObject({ code: 'EINPROGRESS', syscall: 'connect', address: '127.0.0.1' });
    waitWritable(client);
    expect(client.getsockopt(SOL_SOCKET, SO_ERROR)).toBe(0);
    waitReadable(listener);
    const [accepted, address] = listener.accept();
    using _ = accepted;
    expect(address).toEqual(client.getsockname());
    expect(accepted.getpeername()).toEqual(client.getsockname());
    expect(client.getpeername()).toEqual(listener.getsockname());
  });

  test('finds an error for a port without a listener', () => {
    using unused = new Socket();
    unused.bind({ host: '127.0.0.1', port: 0 });
    using client = new Socket();
    const address = unused.getsockname();
    expect(thrownBy(() => client.connect(address)).code).toBe('EINPROGRESS');
    waitWritable(client);
    expect(client.getsockopt(SOL_SOCKET, SO_ERROR)).toBeGreaterThan(0);
  });

  test('throws EAGAIN when there is nothing to receive or to accept', () => {
    using pair = connectedPair();
    expect(thrownBy(() => pair.client.recv(1))).toMatchObject({ code: 'EAGAIN', syscall: 'recv' });
    using listener = new Socket();
    listener.bind({ host: '', port: 0 });
    listener.listen();
    expect(thrownBy(() => listener.accept())).toMatchObject({ code: 'EAGAIN', syscall: 'accept' });
  });

  test('gives no bytes at the end of the stream, and can send on after that', () => {
    using pair = connectedPair();
    pair.client.shutdown(SHUT_WR);
    waitReadable(pair.server);
    expect(pair.server.recv(10)).toHaveLength(0);
    expect(pair.server.recvInto(Buffer.alloc(10))).toBe(0);
    pair.server.sendall(Buffer.from('reply'));
    waitReadable(pair.client);
    expect(pair.client.recv(10).toString()).toBe('reply');
  });

  test('receives no more than was asked for, and the rest later', () => {
    using pair = connectedPair();
    pair.client.sendall(Buffer.from('0123456789'));
    waitReadable(pair.server);
    expect(pair.server.recv(4).toString()).toBe('0123');
    expect(pair.server.recv(0)).toHaveLength(0);
    expect(pair.server.recv(100, { flags: MSG_PEEK }).toString()).toBe('456789');
    expect(pair.server.recv(1_000_000_000).toString()).toBe('456789');
  });

  test('receives into a part of a buffer, or into any view', () => {
    using pair = connectedPair();
    pair.client.sendall(Buffer.from('0123456789'));
    waitReadable(pair.server);
    const buffer = Buffer.alloc(8, '.');
    expect(pair.server.recvInto(buffer.subarray(2), { nbytes: 3 })).toBe(3);
    expect(buffer.toString()).toBe('..012...');
    const view = new DataView(new ArrayBuffer(4), 1);
    expect(pair.server.recvInto(view)).toBe(3);
    expect([view.getUint8(0), view.getUint8(2)]).toEqual([0x33, 0x35]);
    const shared = new Uint8Array(new SharedArrayBuffer(16));
    expect(pair.server.recvInto(shared)).toBe(4);
    expect(Buffer.from(shared).toString('latin1', 0, 4)).toBe('6789');
  });

  test('does not hand out memory that a later receive overwrites', () => {
    using pair = connectedPair();
    pair.client.sendall(Buffer.from('ab'));
    waitReadable(pair.server);
    const first = pair.server.recv(1);
    const second = pair.server.recv(1);
    expect([first.toString(), second.toString()]).toEqual(['a', 'b']);
  });

  test('sends in part when the system has no room for all, and sendall reports how much it sent', () => {
    using pair = connectedPair();
    const much = Buffer.alloc(64 << 20, 'x');
    const sent = pair.client.send(much);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(much.length);
    const error = thrownBy(() => pair.client.sendall(much));
    expect(error).toMatchObject({ code: 'EAGAIN', syscall: 'send', bytesSent: expect.any(Number) });
  });

  test('works over IPv6, whose addresses have a flow label and a scope', () => {
    using pair = connectedPair(AF_INET6, '::1');
    const name = pair.client.getpeername();
    expect(name).toEqual({
      host: '::1',
      port: expect.any(Number),
      family: AF_INET6,
      flowinfo: 0,
      scopeId: 0,
    });
    expect(pair.server.getsockname()).toEqual(name);
  });

  test('blocks after setblocking(true)', () => {
    using pair = connectedPair();
    expect(pair.client.getblocking()).toBe(false);
    pair.client.setblocking(true);
    expect(pair.client.getblocking()).toBe(true);
    pair.server.sendall(Buffer.from('x'));
    expect(pair.client.recv(1).toString()).toBe('x');
    pair.client.setblocking(false);
    expect(thrownBy(() => pair.client.recv(1)).code).toBe('EAGAIN');
  });

  test('looks host names up', () => {
    using listener = new Socket();
    listener.bind({ host: 'localhost', port: 0 });
    expect(listener.getsockname()).toEqual({ host: '127.0.0.1', port: expect.any(Number), family: AF_INET });
    const error = thrownBy(() => listener.connect({ host: 'no-such-host.invalid', port: 1 }));
    expect(error).toMatchObject({ code: expect.stringMatching(/^ENOTFOUND|^EAI_/), syscall: 'connect' });
  });

  test('reports an address in use the way Node does', () => {
    using first = new Socket();
    first.bind({ host: '127.0.0.1', port: 0 });
    using second = new Socket();
    const address = first.getsockname();
    const error = thrownBy(() => second.bind(address));
    expect(error).toMatchObject({
      code: 'EADDRINUSE',
      syscall: 'bind',
      address: '127.0.0.1',
      port: address.port,
    });
    expect(error.errno).toBeLessThan(0);
    expect(error.message).toBe(`bind EADDRINUSE: address already in use 127.0.0.1:${address.port}`);
  });
});
