import { describe, expect, test } from '@jest/globals';
import { AF_UNIX, fromFd, SOCK_DGRAM, Socket, sendfile, socketpair } from '../../src/index.js';
import { thrownBy } from '../support/errors.js';

// What a JavaScript caller may pass, whatever the types say.
const wrong = (value: unknown) => value as never;

describe('bad arguments', () => {
  test.each<[string, (socket: Socket) => unknown, string, RegExp]>([
    [
      'a family that is no number',
      () => new Socket({ family: wrong('inet') }),
      'TypeError',
      /^family .*"inet"/,
    ],
    ['options that are no object', () => new Socket(wrong(2)), 'TypeError', /^options .*not 2/],
    ['a negative descriptor', () => new Socket({ fileno: -1 }), 'ValueError', /^fileno .*-1/],
    [
      'an address that is a string',
      (s) => s.bind(wrong('127.0.0.1:80')),
      'TypeError',
      /^address .*\{ host, port \}/,
    ],
    ['an address without a port', (s) => s.connect(wrong({ host: 'x' })), 'TypeError', /^port .*undefined/],
    [
      'a port out of range',
      (s) => s.bind({ host: '', port: 65536 }),
      'ValueError',
      /^port .*65535, not 65536/,
    ],
    ['a port with a fraction', (s) => s.bind({ host: '', port: 1.5 }), 'ValueError', /^port .*1.5/],
    ['a host that is a number', (s) => s.bind(wrong({ host: 1, port: 1 })), 'TypeError', /^host .*not 1/],
    ['a host with a NUL', (s) => s.connect({ host: 'a\0b', port: 1 }), 'ValueError', /^host .*NUL/],
    [
      'a host that is too long',
      (s) => s.bind({ host: 'x'.repeat(2000), port: 1 }),
      'ValueError',
      /^host .*1024/,
    ],
    [
      'a flow label out of range',
      (s) => s.bind({ host: '', port: 1, flowinfo: 1 << 20 }),
      'ValueError',
      /^flowinfo/,
    ],
    ['a string to send', (s) => s.send(wrong('text')), 'TypeError', /^data .*Buffer\.from.*"text"/],
    [
      'an ArrayBuffer to send',
      (s) => s.sendall(wrong(new ArrayBuffer(1))),
      'TypeError',
      /^data .*Uint8Array/,
    ],
    ['a string to fill', (s) => s.recvInto(wrong('text')), 'TypeError', /^buffer .*"text"/],
    [
      'too large an nbytes',
      (s) => s.recvInto(Buffer.alloc(2), { nbytes: 3 }),
      'ValueError',
      /^nbytes .*2, not 3/,
    ],
    ['a negative size', (s) => s.recv(-1), 'ValueError', /^bufsize .*-1/],
    ['a missing size', (s) => s.recv(wrong(undefined)), 'TypeError', /^bufsize .*undefined/],
    ['flags that are no number', (s) => s.recv(1, { flags: wrong('peek') }), 'TypeError', /^flags .*"peek"/],
    ['a backlog that is no number', (s) => s.listen({ backlog: wrong('5') }), 'TypeError', /^backlog .*"5"/],
    ['another way to shut down', (s) => s.shutdown(3), 'TypeError', /^how .*SHUT_RDWR, not 3/],
    [
      'an option without a number',
      (s) => s.getsockopt(1, wrong('SO_TYPE')),
      'TypeError',
      /^option .*"SO_TYPE"/,
    ],
    ['a value that is a string', (s) => s.setsockopt(1, 2, wrong('on')), 'TypeError', /^value .*"on"/],
    ['too long a value to get', (s) => s.getsockopt(1, 1, { buflen: 5000 }), 'ValueError', /^buflen .*1024/],
    ['a mode that is no boolean', (s) => s.setblocking(wrong(0)), 'TypeError', /^flag .*not 0/],
    ['an invalid descriptor', () => fromFd(wrong('0')), 'TypeError', /^fd .*"0"/],
    [
      'a pair of a family in words',
      () => socketpair({ family: wrong('unix') }),
      'TypeError',
      /^family .*"unix"/,
    ],
    ['a file that is a name', (s) => sendfile(s, wrong('file'), 0, 1), 'TypeError', /^file .*"file"/],
    ['a negative offset', (s) => sendfile(s, 0, -1, 1), 'ValueError', /^offset .*-1/],
  ])('%s', (_what, call, name, message) => {
    using socket = new Socket();
    const error = thrownBy(() => call(socket));
    expect([error.name, error.message]).toEqual([name, expect.stringMatching(message)]);
  });

  test('a Unix socket wants a path', () => {
    using socket = new Socket({ family: AF_UNIX, type: SOCK_DGRAM });
    expect(() => socket.bind({ host: '', port: 1 })).toThrow(TypeError);
    expect(() => socket.sendto(Buffer.alloc(1), wrong(null))).toThrow('must be the path of a Unix socket');
  });

  test('null and undefined stand for what is not given', () => {
    using socket = new Socket({ family: null, type: undefined, proto: null, fileno: null });
    socket.bind({ host: wrong(null), port: 0, flowinfo: undefined });
    socket.listen(null);
    expect(socket.getsockname()).toMatchObject({ host: '0.0.0.0' });
  });
});
