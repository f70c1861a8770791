import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { Jimp, JimpMime } from 'jimp';
import { RedisServer } from '../../packages/executor-bullmq/test/support/redis-server.js';
import { repository } from '../../test/support/workspace.js';

jest.setTimeout(120_000);

// The built files, which the workers' processes run.
const program = path.join(repository, 'examples/dist/thumbnails.js');
const jobs = path.join(repository, 'examples/dist/thumbnails/resize.js');
const bin = path.join(repository, 'packages/bight/dist/bin.js');
const COUNT = 24;
const running: ChildProcess[] = [];
let picture: Buffer;
let folder: string;
let pictures: string;
let thumbnails: string;

beforeAll(async () => {
  picture = await new Jimp({ width: 300, height: 150, color: 0xff8800ff }).getBuffer(JimpMime.png);
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bight-thumbnails-'));
  [pictures, thumbnails] = ['pictures', 'thumbnails'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  for await (const line of createInterface(child.stdout!)) return line;
  return undefined;
}

/** Fills the folder of pictures. */
function paint(count: number): void {
  pictures = mkdtempSync(path.join(folder, 'pictures-'));
  for (let n = 0; n < count; n++) writeFileSync(path.join(pictures, `${n}.png`), picture);
}

function start(...args: string[]): ChildProcess {
  // `bight worker` looks for its package from its working directory.
  const cwd = path.join(repository, 'examples');
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  return child;
}

async function end(child: ChildProcess): Promise<{ code: unknown; output: string; complaints: string }> {
  const [output, complaints, [code]] = await Promise.all([
    textOf(child.stdout!),
    textOf(child.stderr!),
    once(child, 'close'),
  ]);
  return { code, output, complaints };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const piece of stream) text += piece;
  return text;
}

const made = () =>
  existsSync(thumbnails) ? readdirSync(thumbnails).filter((name) => name.endsWith('.png')) : [];

async function someMade(): Promise<void> {
  while (made().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('pictures are resized by processes of this machine, and only those that have no thumbnail', async () => {
  paint(3);
  writeFileSync(path.join(pictures, 'broken.png'), 'no picture');
  const args = [program, pictures, thumbnails, '--size', '100', '--workers', '2'];
  const first = await end(start(...args));
  expect(first).toMatchObject({ code: 1, output: '3 thumbnails made, 1 pictures failed\n' });
  expect(first.complaints).toMatch(/^broken\.png: /);
  const { width, height } = await Jimp.read(readFileSync(path.join(thumbnails, '0.png')));
  expect([width, height]).toEqual([100, 50]);
  rmSync(path.join(pictures, 'broken.png'));
  expect(await end(start(...args))).toEqual({
    code: 0,
    output: '0 thumbnails made, 0 pictures failed\n',
    complaints: '',
  });
});

test('Ctrl-C cancels, leaves nothing half made, and the next run makes the rest', async () => {
  paint(COUNT);
  const args = [program, pictures, thumbnails, '--workers', '1'];
  const child = start(...args);
  const ended = end(child);
  await someMade();
  child.kill('SIGINT');
  expect(await ended).toEqual({
    code: 130,
    output: 'cancelled; the next run makes the rest\n',
    complaints: '',
  });
  const before = made().length;
  expect(before).toBeLessThan(COUNT);
  expect(readdirSync(thumbnails).length).toBe(before);
  const rest = await end(start(...args));
  expect(rest.output).toBe(`${COUNT - before} thumbnails made, 0 pictures failed\n`);
  expect(made().length).toBe(COUNT);
});

test('a fleet of `bight worker`s does the same through Redis, and nothing is left there', async () => {
  const redis = await RedisServer.start();
  try {
    paint(COUNT);
    const connection = ['--connection', redis.url];
    const workers = [1, 2].map(() => start(bin, 'worker', 'thumbnails', jobs, ...connection));
    for (const worker of workers) expect(await firstLine(worker)).toBe('ready');
    const args = [program, pictures, thumbnails, ...connection];
    const child = start(...args);
    const ended = end(child);
    await someMade();
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, complaints: '' });
    const before = made().length;
    expect(before).toBeLessThan(COUNT);
    expect(readdirSync(thumbnails).length).toBe(before);
    expect(await end(start(...args))).toMatchObject({ code: 0, complaints: '' });
    expect(made().length).toBe(COUNT);
    for (const worker of workers) {
      worker.kill('SIGTERM');
      expect(await once(worker, 'exit')).toEqual([0, null]);
    }
    expect(await redis.keys()).toEqual([]);
  } finally {
    await redis.stop();
  }
});

test('on a terminal a bar shows how far it is', async () => {
  paint(2);
  const command = [process.execPath, program, pictures, thumbnails, '--workers', '1'].join(' ');
  const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null']);
  expect(stdout).toContain(' 0/2 | ');
  expect(stdout).toMatch(/ 2\/2 \| \d\.png/);
});
