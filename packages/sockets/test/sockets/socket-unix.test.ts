import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AF_UNIX, SOCK_DGRAM, SOCK_STREAM, Socket, socketpair } from '../../src/index.js';
import { thrownBy } from '../support/errors.js';
import { waitReadable } from '../support/readiness.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'sockets-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a Unix socket', () => {
  test('listens on a path', () => {
    const name = path.join(directory, 'ünï');
    using listener = new Socket({ family: AF_UNIX });
    listener.bind(name);
    listener.listen();
    using client = new Socket({ family: AF_UNIX });
    client.connect(name);
    const [server, address] = listener.accept();
    using _ = server;
    expect(address).toBe('');
    expect([listener.getsockname(), client.getpeername(), client.getsockname()]).toEqual([name, name, '']);
    client.sendall(Buffer.from('x'));
    expect(server.recv(10).toString()).toBe('x');
  });

  test('sends datagrams between paths', () => {
    const names = ['a', 'b'].map((name) => path.join(directory, name));
    using a = new Socket({ family: AF_UNIX, type: SOCK_DGRAM });
    using b = new Socket({ family: AF_UNIX, type: SOCK_DGRAM });
    a.bind(names[0]!);
    b.bind(names[1]!);
    a.sendto(Buffer.from('x'), names[1]!);
    waitReadable(b);
    expect(b.recvfrom(10)).toEqual([Buffer.from('x'), names[0]]);
  });

  test('has abstract names on Linux, in which every byte counts', () => {
    const name = `\0sockets-test-${process.pid}\0rest`;
    using listener = new Socket({ family: AF_UNIX });
    listener.bind(name);
    listener.listen();
    using client = new Socket({ family: AF_UNIX });
    client.connect(name);
    expect(client.getpeername()).toBe(name);
    using other = new Socket({ family: AF_UNIX });
    expect(thrownBy(() => other.connect(name.slice(0, -5))).code).toBe('ECONNREFUSED');
  });

  test('refuses a path that is too long for the system, without cutting it', () => {
    using socket = new Socket({ family: AF_UNIX });
    const error = thrownBy(() => socket.bind(path.join(directory, 'x'.repeat(120))));
    expect(error).toMatchObject({ code: 'ENAMETOOLONG', syscall: 'bind' });
    expect(thrownBy(() => socket.bind('a\0b')).code).toBe('EINVAL');
  });

  test('names the path in its errors', () => {
    const name = path.join(directory, 'missing');
    using socket = new Socket({ family: AF_UNIX });
    const error = thrownBy(() => socket.connect(name));
    expect(error).toMatchObject({ code: 'ENOENT', address: name, syscall: 'connect' });
    expect(error.message).toBe(`connect ENOENT: no such file or directory ${name}`);
  });

  test('comes in connected pairs', () => {
    const [a, b] = socketpair();
    using _a = a;
    using _b = b;
    expect([a.family, a.type]).toEqual([AF_UNIX, SOCK_STREAM]);
    a.sendall(Buffer.from('there'));
    expect(b.recv(10).toString()).toBe('there');
    expect(thrownBy(() => b.recv(10)).code).toBe('EAGAIN');
    expect([a.getsockname(), a.getpeername()]).toEqual(['', '']);
  });

  test('comes in pairs for datagrams, too', () => {
    const [a, b] = socketpair({ type: SOCK_DGRAM });
    using _a = a;
    using _b = b;
    a.send(Buffer.alloc(0));
    a.send(Buffer.from('x'));
    expect([b.recv(5).length, b.recv(5).length]).toEqual([0, 1]);
  });
});
