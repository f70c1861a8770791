import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, expect, test } from '@jest/globals';
import { nodeArguments } from '../../test/support/compiled.js';
import { installDebianPackages } from '../../test/support/debian.mjs';
import { repository } from '../../test/support/workspace.js';

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
  const program = path.join(repository, 'examples/src/custom-loop-server.ts');
  const server = spawn(process.execPath, nodeArguments(program, ['0']), {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [url] = (await once(createInterface(server.stdout), 'line')) as [string];
    const answers = execFileSync('curl', ['--silent', `${url}hello`, `${url}again`], { encoding: 'utf8' });
    expect(answers).toBe('You asked for /hello\nYou asked for /again\n');
    const exited = once(server, 'exit');
    server.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
  } finally {
    server.kill('SIGKILL');
  }
});
