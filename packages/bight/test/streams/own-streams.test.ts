import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { repository } from '../../../../test/support/workspace.js';

const flags = nodeArguments('packages/bight/test/programs/own-streams.ts');
const WITHOUT_ADDON = { ...process.env, BIGHT_SOCKETS_BINARY: '/nowhere', BIGHT_LOOP: 'proactor' };

const written = 'first by the transport\nsecond by the transport\n';
const whole = {
  status: 0,
  stdout: `${written}by console.log\n3\nread from the parent\nafter the loop\n`,
  stderr: `${written}by console.error\n`,
};

const lines: [string, string, NodeJS.ProcessEnv][] = [
  ['the proactor', 'proactor', process.env],
  ['the selector', 'selector', process.env],
  ['the proactor without the addon', 'proactor', WITHOUT_ADDON],
];

describe.each(lines)('the own standard streams of a process can be connected by %s', (_name, kind, env) => {
  test('and used further when they are sockets', async () => {
    const child = spawn(process.execPath, [...flags, kind], { cwd: repository, env });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        output[name] += chunk;
      });
    }
    child.stdin.end('from the parent');
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect({ status, ...output }).toEqual(whole);
  });

  test('and used further when they are pipes', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'bight-own-'));
    const [out, err] = ['out', 'err'].map((name) => openSync(path.join(folder, name), 'w'));
    const command = `printf 'from the parent' | { { "$0" "$@" 2>&3 | cat >&4; } 3>&1 | cat >&5; }`;
    const child = spawn('sh', ['-c', command, process.execPath, ...flags, kind], {
      cwd: repository,
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ignore', out, err],
    });
    const status = await new Promise((resolve) => child.once('close', resolve));
    closeSync(out!);
    closeSync(err!);
    const [stdout, stderr] = ['out', 'err'].map((name) => readFileSync(path.join(folder, name), 'utf8'));
    rmSync(folder, { recursive: true });
    expect({ status, stdout, stderr }).toEqual(whole);
  });
});
