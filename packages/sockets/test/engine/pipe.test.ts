import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openPipe } from '../../src/low-level.js';

test('a pipe leads from its second end to its first, and ends when that is closed', () => {
  const [reading, writing] = openPipe();
  expect(fstatSync(reading).isFIFO()).toBe(true);
  expect(fstatSync(writing).isFIFO()).toBe(true);
  writeSync(writing, 'through the pipe');
  const bytes = Buffer.alloc(100);
  expect(bytes.toString('latin1', 0, readSync(reading, bytes))).toBe('through the pipe');
  closeSync(writing);
  expect(readSync(reading, bytes)).toBe(0);
  closeSync(reading);
});

test('a pipe is not inherited', () => {
  const [reading, writing] = openPipe();
  const link = (fd: number) => `test -e /proc/self/fd/${fd} && readlink /proc/self/fd/${fd} || true`;
  const found = execFileSync('sh', ['-c', `${link(reading)}; ${link(writing)}`], { encoding: 'utf8' });
  expect(found).not.toContain(`pipe:[${fstatSync(reading).ino}`);
  closeSync(reading);
  closeSync(writing);
});
