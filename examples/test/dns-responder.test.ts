import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../test/support/debian.mjs';
import { RunningExample } from './support/example.js';

beforeAll(() => {
  installDebianPackages({ dig: 'bind9-dnsutils' });
}, 240_000);

test('the DNS responder answers dig for the names that it was given, and ends at SIGINT', async () => {
  const responder = new RunningExample('dns-responder', [
    'one.example=192.0.2.1',
    'two.example=192.0.2.2',
    '--port=0',
  ]);
  const [port] = (await responder.until(/Answering on 127\.0\.0\.1:(\d+)/)) as [string];
  const ask = async (...question: string[]) => {
    const { stdout } = await promisify(execFile)('dig', ['@127.0.0.1', '-p', port, '+noedns', ...question]);
    return stdout;
  };
  expect(await ask('+short', 'TWO.example')).toBe('192.0.2.2\n');
  expect(await ask('one.example', 'MX')).toMatch(/status: NOERROR[\s\S]*ANSWER: 0/);
  expect(await ask('three.example')).toContain('status: NXDOMAIN');
  responder.signal('SIGINT');
  expect(await responder.end()).toEqual({ status: 0, rest: ['Closed.'], errorOutput: '' });
});
