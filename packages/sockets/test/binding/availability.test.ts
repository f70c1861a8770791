import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isAvailable, unavailableReason } from '../../src/index.js';
import { runProgram, runWithoutAddon } from '../support/child.js';

describe('availability', () => {
  test('is true here', () => {
    expect([isAvailable(), unavailableReason()]).toEqual([true, null]);
  });

  test('is false with a reason where the addon is missing, and importing works', () => {
    const { stdout } = runWithoutAddon(`
      const { isAvailable, unavailableReason } = LOAD;
      console.log(JSON.stringify([isAvailable(), unavailableReason()]));
    `);
    expect(JSON.parse(stdout)).toEqual([false, '/nonexistent/addon.node does not exist']);
  });

  test('everything that needs the addon throws NotImplementedError with the reason', () => {
    const { stdout } = runWithoutAddon(`
      const s = LOAD;
      const calls = {
        Socket: () => new s.Socket(), socketpair: () => s.socketpair(), fromFd: () => s.fromFd(0),
        sendfile: () => s.sendfile(0, 0, 0, 0), getaddrinfo: () => s.getaddrinfo('localhost', 1),
        getnameinfo: () => s.getnameinfo({ host: '127.0.0.1', port: 1 }),
        EpollSelector: () => new s.EpollSelector(), KqueueSelector: () => new s.KqueueSelector(),
        PollSelector: () => new s.PollSelector(), SelectSelector: () => new s.SelectSelector(),
        DefaultSelector: () => new s.DefaultSelector(),
      };
      const answers = {};
      for (const [name, call] of Object.entries(calls)) {
        try { await call(); } catch (error) { answers[name] = error.name + ': ' + error.message; }
      }
      console.log(JSON.stringify({ calls: Object.keys(calls), answers }));
    `);
    const { calls, answers } = JSON.parse(stdout) as { calls: string[]; answers: Record<string, string> };
    const message =
      'NotImplementedError: @bight/sockets is not available here: /nonexistent/addon.node does not exist';
    expect(answers).toEqual(Object.fromEntries(calls.map((name) => [name, message])));
  });

  test('is false with a file that is no addon, and its failure is the reason', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'sockets-'));
    try {
      const file = path.join(directory, 'broken.node');
      writeFileSync(file, 'not a shared object');
      const { stdout } = runProgram(`console.log(LOAD.unavailableReason());`, { BIGHT_SOCKETS_BINARY: file });
      expect(stdout).toMatch(/broken\.node failed: .*(invalid ELF header|file too short|not a mach-o)/i);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
