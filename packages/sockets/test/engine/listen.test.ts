import { closeSync, openSync } from 'node:fs';
import type { InetAddress } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import {
  AF_UNIX,
  EVENT_READ,
  EVENT_WRITE,
  IPPROTO_TCP,
  SO_ERROR,
  SOL_SOCKET,
  Socket,
  type SocketOptions,
  TCP_NODELAY,
} from '../../src/index.js';
import { MODE_LISTEN, MODE_READY, MODE_STREAM } from '../../src/low-level.js';
import { runProgram } from '../support/child.js';
import { closeLater, newEngine, recorder } from '../support/engines.js';

function listeningSocket(
  options?: SocketOptions,
  address: InetAddress | string = { host: '127.0.0.1', port: 0 },
) {
  const socket = closeLater(new Socket(options));
  socket.bind(address);
  socket.listen({ backlog: 512 });
  return socket;
}

function connectingSocket(to: Socket, options?: SocketOptions): Socket {
  const socket = closeLater(new Socket(options));
  try {
    socket.connect(to.getsockname());
  } catch (error) {
    if (Object(error).code !== 'EINPROGRESS') throw error;
  }
  return socket;
}

describe('a listener', () => {
  test('accepts connections, with the addresses of their other ends and without delays', () => {
    const engine = newEngine();
    const listener = listeningSocket();
    const accepted: { socket: Socket; address: unknown }[] = [];
    engine.watch(listener.fileno(), MODE_LISTEN, EVENT_READ, {
      accepted: (fileno, address) => accepted.push({ socket: closeLater(new Socket({ fileno })), address }),
    });
    const clients = Array.from({ length: 300 }, () => connectingSocket(listener));
    while (accepted.length < clients.length) expect(engine.poll(5000)).toBe(true);
    const ports = clients.map((client) => client.getsockname().port).sort();
    expect(accepted.map(({ address }) => Reflect.get(Object(address), 'port')).sort()).toEqual(ports);
    const [first] = accepted;
    expect(first!.address).toEqual(first!.socket.getpeername());
    expect(first!.socket.getsockopt(IPPROTO_TCP, TCP_NODELAY)).toBe(1);
    expect(first!.socket.getblocking()).toBe(false);
  });

  test('accepts Unix connections', () => {
    const engine = newEngine();
    const name = `\0engine-listen-${process.pid}`;
    const listener = listeningSocket({ family: AF_UNIX }, name);
    const { handler, delivered } = recorder();
    engine.watch(listener.fileno(), MODE_LISTEN, EVENT_READ, {
      accepted(fd, address) {
        closeLater(new Socket({ fileno: fd }));
        handler.accepted(0, address);
      },
    });
    const client = connectingSocket(listener, { family: AF_UNIX });
    engine.poll(5000);
    expect(delivered).toEqual([['accepted', 0, '']]);
    expect(client.getpeername<string>()).toBe(name);
  });

  test('closes the connections that have no handler any more', () => {
    const engine = newEngine();
    const listener = listeningSocket();
    const delivered: unknown[] = [];
    const slot = engine.watch(listener.fileno(), MODE_LISTEN, EVENT_READ, {
      accepted(fd) {
        delivered.push('accepted');
        closeSync(fd);
        engine.release(slot);
      },
    });
    const clients = Array.from({ length: 20 }, () => connectingSocket(listener));
    // More than one in the first batch: the listener expects as many as it had before.
    engine.poll(5000);
    const ended = clients.map((client) => {
      const { handler, delivered } = recorder();
      engine.watch(client.fileno(), MODE_STREAM, EVENT_READ, handler);
      return delivered;
    });
    expect(delivered).toEqual(['accepted']);
    engine.poll(5000);
    expect(ended.filter((events) => events.length > 0).length).toBeGreaterThan(0);
  });

  test('reports that descriptors have run out, rests when the handler asks for it, and goes on', () => {
    const program = `
      const s = LOAD;
      const { EventEngine, MODE_LISTEN } = s;
      const fs = await import('node:fs');
      const failures = [], accepted = [];
      const engine = new EventEngine({ timer() {}, batchEnd() {}, error(error) { throw error; } });
      const listener = new s.Socket();
      listener.bind({ host: '127.0.0.1', port: 0 });
      listener.listen();
      const slot = engine.watch(listener.fileno(), MODE_LISTEN, s.EVENT_READ, {
        accepted: (fd) => accepted.push(fd),
        failed(error) { failures.push(error.code + ' ' + error.syscall); engine.setInterest(slot, 0); },
      });
      const client = new s.Socket();
      try { client.connect(listener.getsockname()); } catch {}
      const taken = [];
      try { for (;;) taken.push(fs.openSync('/dev/null')); } catch {}
      engine.poll(5000);
      const waited = engine.poll();
      for (const fd of taken) fs.closeSync(fd);
      engine.setInterest(slot, s.EVENT_READ);
      engine.poll(5000);
      console.log(JSON.stringify([failures, waited, accepted.length]));
      client.close(); listener.close();
    `;
    const { stdout, stderr } = runProgram(program, {}, 64);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([['EMFILE accept'], false, 1]);
  });
});

describe('a connection that is made', () => {
  test('becomes a stream when it is there', () => {
    const engine = newEngine();
    const listener = listeningSocket();
    const client = connectingSocket(listener);
    const received: string[] = [];
    const slot = engine.watch(client.fileno(), MODE_READY, EVENT_WRITE, {
      ready() {
        expect(client.getsockopt(SOL_SOCKET, SO_ERROR)).toBe(0);
        engine.setMode(slot, MODE_STREAM, EVENT_READ);
        engine.setHandler(slot, { received: (data) => received.push(data.toString()) });
      },
    });
    engine.poll(5000);
    const [server] = listener.accept();
    closeLater(server).sendall(Buffer.from('hello'));
    engine.poll(5000);
    expect(received).toEqual(['hello']);
  });

  test('cannot be a regular file', () => {
    const engine = newEngine();
    const fd = openSync(import.meta.filename, 'r');
    const watch = () => engine.watch(fd, MODE_READY, EVENT_READ, {});
    expect(watch).toThrow(expect.objectContaining({ code: 'EPERM', syscall: 'epoll_ctl' }));
    closeSync(fd);
  });
});
