import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Socket, sendfile } from '../../src/index.js';
import { type Connection, connectedPair } from '../support/connected.js';
import { thrownBy } from '../support/errors.js';
import { waitReadable } from '../support/readiness.js';

const content = Buffer.from(Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join(''));
let directory: string;
let file: FileHandle;
let pair: Connection;
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'sockets-'));
  writeFileSync(path.join(directory, 'content'), content);
  file = await open(path.join(directory, 'content'));
});
afterAll(async () => {
  await file.close();
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  pair = connectedPair();
});
afterEach(() => pair[Symbol.dispose]());

function receiveAll(length: number): Buffer {
  const parts: Buffer[] = [];
  for (let left = length; left > 0; left -= parts.at(-1)!.length) {
    waitReadable(pair.server);
    parts.push(pair.server.recv(left));
  }
  return Buffer.concat(parts);
}

describe('sendfile', () => {
  test('sends a part of a file', () => {
    expect(sendfile(pair.client, file, 7, 100)).toBe(100);
    expect(receiveAll(100)).toEqual(content.subarray(7, 107));
  });

  test('takes descriptors, too, and does not move the position', async () => {
    expect(sendfile(pair.client.fileno(), file.fd, 0, 10)).toBe(10);
    const { buffer } = await file.read(Buffer.alloc(10), 0, 10, null);
    expect(buffer).toEqual(content.subarray(0, 10));
    expect(receiveAll(10)).toEqual(content.subarray(0, 10));
  });

  test('sends what there is, and nothing at the end of the file', () => {
    expect(sendfile(pair.client, file, content.length - 5, 100)).toBe(5);
    expect(sendfile(pair.client, file, content.length, 100)).toBe(0);
    expect(sendfile(pair.client, file, content.length + 2 ** 40, 100)).toBe(0);
    expect(sendfile(pair.client, file, 0, 0)).toBe(0);
  });

  test('throws EAGAIN when the socket takes no more', () => {
    const error = thrownBy(() => {
      for (;;) sendfile(pair.client, file, 0, content.length);
    });
    expect(error).toMatchObject({ code: 'EAGAIN', syscall: 'sendfile' });
  });

  test('throws EBADF for a closed file or socket', async () => {
    const other = await open(path.join(directory, 'content'));
    const { fd } = other;
    await other.close();
    expect(thrownBy(() => sendfile(pair.client, fd, 0, 1)).code).toBe('EBADF');
    expect(() => sendfile(pair.client, other, 0, 1)).toThrow('file.fd must be an integer from 0');
    const socket = new Socket();
    socket.close();
    expect(() => sendfile(socket, file, 0, 1)).toThrow('socket.fileno() must be');
  });
});
