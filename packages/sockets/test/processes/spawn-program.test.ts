import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CANNOT_SPAWN, type Program, spawnProgram } from '../../src/low-level.js';

const isLinux = process.platform === 'linux';
const { errno } = os.constants;
const QUIET = [-1, -1, -1];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bight-spawn-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program with its output in a file; what it returned, and the file. */
async function outputOf(program: Partial<Program>): Promise<[returncode: number, output: string]> {
  const file = path.join(folder, 'output');
  const fd = openSync(file, 'w+');
  try {
    const whole = { file: 'sh', args: ['sh'], env: process.env, cwd: '', isDetached: false };
    const descriptors = program.descriptors ?? [-1, fd, -1];
    const given = descriptors.map((source) => (source === -2 ? fd : source));
    const returncode = await returncodeOf({ ...whole, ...program, descriptors: given });
    return [returncode, readFileSync(file, 'utf8')];
  } finally {
    closeSync(fd);
  }
}

/** What the process returned, or the error. */
function returncodeOf(program: Program): Promise<number> {
  // The process that runs does not keep this one alive.
  const timer = setInterval(() => {}, 1000);
  return new Promise<number>((resolve) => {
    const pid = spawnProgram(program, resolve);
    if (pid < 0) resolve(pid);
  }).finally(() => clearInterval(timer));
}

const script = (text: string, more: Partial<Program> = {}) => outputOf({ args: ['sh', '-c', text], ...more });

test('throws where the system cannot', async () => {
  const program = {
    file: 'true',
    args: ['true'],
    env: process.env,
    cwd: '',
    descriptors: QUIET,
    isDetached: false,
  };
  expect(await returncodeOf(program)).toBe(isLinux ? 0 : CANNOT_SPAWN);
});

if (isLinux) {
  describe('a program that is started', () => {
    test('returns its status, or the signal that ended it', async () => {
      expect(await script('exit 7')).toEqual([7, '']);
      expect(await script('kill -9 $$')).toEqual([-9, '']);
      expect(await script('kill -36 $$')).toEqual([-36, '']);
    });

    test('has its arguments, its environment and its folder, and nothing else', async () => {
      const args = ['name', '-c', 'echo "$0|$1|$#"; pwd; env | sort', 'zero', 'ä b', ''];
      const [, output] = await outputOf({
        args,
        env: { A: 'ü', B: '', C: undefined },
        cwd: '/usr',
        file: '/bin/sh',
      });
      expect(output.split('\n').filter((line) => !/^(_|PWD|OLDPWD|SHLVL)=/.test(line))).toEqual([
        'zero|ä b|2',
        '/usr',
        'A=ü',
        'B=',
        '',
      ]);
    });

    test('has the descriptors that it was given, and no other', async () => {
      const list = 'ls -l /proc/self/fd | awk \'{print $9 ":" $11}\' | grep "^[0-4]:"';
      const [, output] = await script(list, { descriptors: [-1, -2, -1, -2, -1] });
      const file = path.join(folder, 'output');
      expect(output.trim().split('\n').sort()).toEqual([
        '0:/dev/null',
        expect.stringContaining('1:pipe'),
        '2:/dev/null',
        `3:${file}`,
        '4:/dev/null',
      ]);
    });

    test('may have them swapped, moved and doubled', async () => {
      const names = ['zero', 'one', 'two', 'three'].map((name) => path.join(folder, name));
      const files = names.map((name) => openSync(name, 'w+'));
      const [a, b, c] = files as [number, number, number];
      // Each of them is somewhere below its own number, at it, or above it.
      await script('for fd in 1 2 3 4 5 6 7 8 9; do echo $fd >&$fd; done', {
        descriptors: [-1, c, b, a, b, c, a, -1, c, b],
      });
      const found = names.map((name) => readFileSync(name, 'utf8').replaceAll('\n', ''));
      for (const fd of files) closeSync(fd);
      expect(found).toEqual(['36', '249', '158', '']);
    });

    test('finds standard output and error exchanged', async () => {
      const near = openSync(path.join(folder, 'near'), 'w+');
      // 1 and 2 of this process, crosswise: the child must not see one of them twice.
      const program = {
        file: 'sh',
        args: ['sh', '-c', 'x=$(readlink /proc/$$/fd/1 /proc/$$/fd/2); echo "$x" >&3'],
      };
      const descriptors = [-1, 2, 1, near];
      await returncodeOf({ ...program, env: process.env, cwd: '', descriptors, isDetached: false });
      closeSync(near);
      const own = (fd: number) => readlinkSync(`/proc/self/fd/${fd}`);
      expect(readFileSync(path.join(folder, 'near'), 'utf8')).toBe(`${own(2)}\n${own(1)}\n`);
    });

    test('is searched along the PATH of its own environment', async () => {
      const place = path.join(folder, 'place');
      mkdirSync(place);
      writeFileSync(path.join(place, 'found'), '#!/bin/sh\necho here\n', { mode: 0o755 });
      const env = { PATH: `/nonexistent::${place}:/usr/bin` };
      expect(await outputOf({ file: 'found', args: ['found'], env })).toEqual([0, 'here\n']);
      expect(await outputOf({ file: 'found', args: ['found'] })).toEqual([-errno.ENOENT, '']);
      // An empty part, like an empty PATH, is the folder in which the program runs.
      expect(await outputOf({ file: 'found', args: ['found'], env: { PATH: '' }, cwd: place })).toEqual([
        0,
        'here\n',
      ]);
      // Without a PATH there is the system's own.
      expect(await outputOf({ file: 'true', args: ['true'], env: {} })).toEqual([0, '']);
    });

    test('that has no format of the system is a script of the shell', async () => {
      const file = path.join(folder, 'formless');
      writeFileSync(file, 'echo "$0 $1"; exit 4', { mode: 0o755 });
      expect(await outputOf({ file, args: ['name', 'arg'] })).toEqual([4, `${file} arg\n`]);
    });

    test('fails with EACCES where one place denied it and no other has it', async () => {
      const denied = path.join(folder, 'denied');
      mkdirSync(denied);
      writeFileSync(path.join(denied, 'thing'), '');
      chmodSync(path.join(denied, 'thing'), 0o644);
      const env = { PATH: `${denied}:/nonexistent` };
      expect(await outputOf({ file: 'thing', args: ['thing'], env })).toEqual([-errno.EACCES, '']);
      expect(await outputOf({ file: 'true', args: ['true'], cwd: '/nonexistent' })).toEqual([
        -errno.ENOENT,
        '',
      ]);
      expect(await outputOf({ file: 'true', args: ['true'], descriptors: [987_654] })).toEqual([
        -errno.EBADF,
        '',
      ]);
    });

    test('blocks and ignores no signal, whatever this process does', async () => {
      process.on('SIGUSR2', () => {});
      const [, output] = await script('grep -E "^Sig(Blk|Ign)" /proc/self/status');
      process.removeAllListeners('SIGUSR2');
      expect(output).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
    });

    test('may lead a session of its own', async () => {
      const session = 'set -- $(cat /proc/$$/stat); echo $(($6 == $$))';
      expect(await script(session, { isDetached: true })).toEqual([0, '1\n']);
      expect(await script(session)).toEqual([0, '0\n']);
    });
  });
}
