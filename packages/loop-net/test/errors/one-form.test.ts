import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { refusingPort } from '../support/refusing-port.js';

const none = () => ({});
const missing = join(tmpdir(), 'bight-no-such-folder', 'socket');
const elsewhere = { host: '203.0.113.1', port: 0 };

interface Case {
  name: string;
  fail(loop: TestLoop, port: number): PromiseLike<unknown>;
  expected: {
    code: 'ECONNREFUSED' | 'EADDRNOTAVAIL' | 'ENOENT';
    syscall: string;
    address: string;
    port?: number;
  };
  says: string;
}

const cases: Case[] = [
  {
    name: 'a refused connection',
    fail: (loop, port) => loop.createConnection(none, { host: '127.0.0.1', port }),
    expected: { code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: -1 },
    says: 'connect ECONNREFUSED: connection refused 127.0.0.1:PORT',
  },
  {
    name: 'a local address of another machine',
    fail: (loop, port) => loop.createConnection(none, { host: '127.0.0.1', port, localAddr: elsewhere }),
    expected: { code: 'EADDRNOTAVAIL', syscall: 'bind', address: '203.0.113.1', port: 0 },
    says: 'bind EADDRNOTAVAIL: address not available 203.0.113.1:0',
  },
  {
    name: 'an endpoint at an address of another machine',
    fail: (loop) => loop.createDatagramEndpoint(none, { localAddr: elsewhere }),
    expected: { code: 'EADDRNOTAVAIL', syscall: 'bind', address: '203.0.113.1', port: 0 },
    says: 'bind EADDRNOTAVAIL: address not available 203.0.113.1:0',
  },
  {
    name: 'a Unix socket that is not there',
    fail: (loop) => loop.createUnixConnection(none, { path: missing }),
    expected: { code: 'ENOENT', syscall: 'connect', address: missing },
    says: `connect ENOENT: no such file or directory ${missing}`,
  },
  {
    name: 'a Unix server in a folder that is not there',
    fail: (loop) => loop.createUnixServer(none, { path: missing }),
    expected: { code: 'ENOENT', syscall: 'bind', address: missing },
    says: `bind ENOENT: no such file or directory ${missing}`,
  },
];

describe.each(drivers)('$name: errors read the same on every loop', ({ Loop }) => {
  test.each(cases)('$name', async ({ fail, expected, says }) => {
    await runOn(Loop, async (loop) => {
      const port = refusingPort();
      const error = await fail(loop, port).then(
        () => new Error('did not fail'),
        (failure: unknown) => failure as NodeJS.ErrnoException,
      );
      const place = expected.port === -1 ? { ...expected, port } : expected;
      expect({ ...error }).toEqual({ ...place, errno: -constants.errno[expected.code] });
      expect(error.message).toBe(says.replace('PORT', String(port)));
      expect(error.stack).toContain(error.message);
    });
  });
});
