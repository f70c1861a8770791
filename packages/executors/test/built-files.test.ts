import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtWorkerFile } from '@bight/executors/low-level';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const main = process.argv[1];
let folder: string;
let other: string;

beforeEach(() => {
  [folder, other] = [1, 2].map(() => mkdtempSync(path.join(tmpdir(), 'bight-workers-'))) as [string, string];
});

afterEach(() => {
  for (const made of [folder, other]) rmSync(made, { recursive: true });
  process.argv[1] = main as string;
  delete process.env.BIGHT_WORKERS;
});

const put = (place: string, name: string) => {
  writeFileSync(path.join(place, name), '');
  return pathToFileURL(path.join(place, name)).href;
};

test.each(['x-worker.js', 'x-worker.mjs', 'x-worker.cjs'])('%s is found beside the code', (name) => {
  const file = put(folder, name);
  const here = pathToFileURL(path.join(folder, 'bundle.mjs')).href;
  expect(builtWorkerFile('x-worker', here)?.href).toBe(file);
});

test('a CommonJS bundle, which has no address, finds it beside the main file of the program', () => {
  const file = put(folder, 'x-worker.cjs');
  expect(builtWorkerFile('x-worker', undefined)).toBeNull();
  process.argv[1] = path.join(folder, 'bundle.cjs');
  expect(builtWorkerFile('x-worker', undefined)?.href).toBe(file);
});

test('BIGHT_WORKERS names the only folder', () => {
  const here = put(folder, 'x-worker.js');
  process.env.BIGHT_WORKERS = other;
  expect(builtWorkerFile('x-worker', here)).toBeNull();
  expect(builtWorkerFile('x-worker', put(other, 'x-worker.mjs'))?.href).toContain('x-worker.mjs');
});

test('a program that comes from the standard input has no main file: nothing of the working directory is run', () => {
  put(process.cwd(), 'x-worker.cjs');
  try {
    process.argv[1] = '-';
    expect(builtWorkerFile('x-worker', undefined)).toBeNull();
  } finally {
    rmSync('x-worker.cjs');
  }
});
