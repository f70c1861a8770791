/**
 * The jobs of `ExecutorConformance`: the workers of the executor under test serve this module.
 *
 * @packageDocumentation
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { ContextVar } from '@bight/contextvars';
import { currentJob } from '@bight/executors';
import { currentTask, sleep } from '@bight/loop-core';

// Taken at import: fake timers, which replace the global functions, are not for this.
const wallTime = Date.now;

/** A context variable whose value is to travel with a job. */
export const color: ContextVar<string> = new ContextVar<string>('conformance.color');

/** The sum of two numbers. */
export const add = (a: number, b: number): number => a + b;

/** The same, after a wait. */
export async function addLater(a: number, b: number): Promise<number> {
  await sleep(0.01);
  return a + b;
}

/** The same, as a generator coroutine. */
export function* addByGenerator(a: number, b: number): Generator<unknown, number, unknown> {
  yield* sleep(0.01);
  return a + b;
}

/** What it is given. */
export const identity = (value: unknown): unknown => value;

/** Adds a line to a file. */
export function note(file: string, line: string): string {
  appendFileSync(file, `${line}\n`);
  return line;
}

/** Adds a line to a file, and throws. */
export function noteAndFail(file: string): never {
  appendFileSync(file, `${currentJob().attempt}\n`);
  throw new RangeError('failed again');
}

/**
 * Does its work once, however often it is called: a line with the job's id is its receipt. Fails in its first attempt,
 * after the work was done.
 */
export function book(ledger: string): number {
  const { id, attempt } = currentJob();
  const isBooked = existsSync(ledger) && readFileSync(ledger, 'utf8').split('\n').includes(id);
  if (!isBooked) appendFileSync(ledger, `${id}\n`);
  if (attempt === 1) throw new RangeError('the work is done, the job is not');
  return attempt;
}

/** Throws an error with a cause and a property. */
export function fail(message: string): never {
  throw Object.assign(new RangeError(message, { cause: new TypeError('the cause') }), { detail: { n: 1 } });
}

/** Fails until its n-th try, whose number it returns. */
export function failUntil(attempt: number): number {
  if (currentJob().attempt < attempt) throw new RangeError(`attempt ${currentJob().attempt}`);
  return currentJob().attempt;
}

/** Waits to be cancelled, and notes in a file what it meets. */
export async function waitForCancel(file: string): Promise<void> {
  const signal = currentTask()?.signal;
  signal?.addEventListener('abort', () => appendFileSync(file, 'aborted\n'));
  appendFileSync(file, 'begun\n');
  try {
    await sleep(3600);
  } finally {
    appendFileSync(file, 'finally\n');
  }
}

/** Waits until a file is there, and adds a line to another one. */
export async function waitForFile(file: string, log: string): Promise<string> {
  appendFileSync(log, `${currentJob().id}\n`);
  while (!existsSync(file)) await sleep(0.02);
  return currentJob().id;
}

/** A number that no other call returns, after some seconds. */
export async function unique(seconds: number): Promise<number> {
  await sleep(seconds);
  return Math.random();
}

/** Reports values as its progress, and returns what it knows of its job. */
export async function report(values: readonly unknown[]): Promise<object> {
  for (const value of values) {
    currentJob().progress(value);
    await sleep(0.01);
  }
  const { id, attempt, headers } = currentJob();
  return { id, attempt, headers };
}

/** The value of {@link color}, after a wait. */
export async function readColor(): Promise<string> {
  await sleep(0.001);
  return color.get('none');
}

/** The time, in milliseconds. */
export const time = (): number => wallTime();

/** Something that cannot be sent. */
export const returnFunction = (): unknown => () => 1;

/** Returns this many bytes. */
export const bytes = (size: number): Buffer => Buffer.alloc(size, 7);

/** How many bytes there are. */
export const sizeOf = (buffer: Uint8Array): number => buffer.length;

/** No function. */
export const number = 1;
