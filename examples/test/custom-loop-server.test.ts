import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../test/support/debian.mjs';
import { repository } from '../../test/support/workspace.js';
import { RunningExample } from './support/example.js';

beforeAll(() => {
  installDebianPackages({ curl: 'curl' });
}, 240_000);

test('the loop has under 300 lines of code, and uses none of loop-core', () => {
  const text = readFileSync(path.join(repository, 'examples/src/custom-loop.ts'), 'utf8');
  const code = text.split('\n').filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line));
  expect(code.length).toBeLessThan(300);
  const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from as string);
  expect(new Set(imported.map((from) => from.split('/').slice(0, 2).join('/')))).toEqual(
    new Set(['@bight/contextvars', '@bight/loop-abstract']),
  );
});

test('with the add-ons it serves curl, until Ctrl-C', async () => {
  const server = new RunningExample('custom-loop-server', ['0']);
  const [url] = await server.until(/^(http\S+)$/);
  const answers = execFileSync('curl', ['--silent', `${url}hello`, `${url}again`], { encoding: 'utf8' });
  expect(answers).toBe('You asked for /hello\nYou asked for /again\n');
  server.signal('SIGINT');
  expect(await server.end()).toEqual({ status: 0, rest: [], errorOutput: '' });
});
