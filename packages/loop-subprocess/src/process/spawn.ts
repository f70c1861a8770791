import { type ChildProcess, type StdioOptions, spawn as spawnChild } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import type { Duplex } from 'node:stream';
import { enterFromHost, wrapFuture } from '@bight/loop-core';
import type { SubprocessHostLoop } from '../host-loop.js';
import { asError, pathError } from '../os-error.js';
import type { Command } from './command.js';
import { socketPair } from './socket-pair.js';
import type { StdioPlan } from './stdio.js';
import type { ProcessOptions } from './subprocess-options.js';

/** A process that was started, and this side's ends of its pipes by descriptor. */
export interface Spawned {
  readonly child: ChildProcess;
  readonly pipes: ReadonlyMap<number, Duplex>;
}

/** What is opened for a process, besides the pipes that Node.js makes. */
interface Opened {
  readonly pair: [near: net.Socket, far: net.Socket] | null;
  readonly devices: number[];
}

/**
 * Starts a process. When that fails, or is cancelled before it has begun, nothing stays open.
 *
 * @throws the system's error: ENOENT, EACCES, …
 */
export function* spawn(
  loop: SubprocessHostLoop,
  command: Command,
  plan: StdioPlan,
  options: ProcessOptions,
): Generator<unknown, Spawned, unknown> {
  const pair = plan.merged ? yield* openPair(loop) : null;
  const opened: Opened = { pair, devices: [] };
  try {
    const child = start(command, stdioOf(plan, opened), options);
    if (child.pid === undefined) {
      discardStdio(child);
      throw yield* failureOf(loop, child);
    }
    return { child, pipes: pipesOf(child, plan, pair?.[0] ?? null) };
  } catch (error) {
    pair?.[0].destroy();
    throw explain(error, options.cwd);
  } finally {
    pair?.[1].destroy();
    for (const device of opened.devices) closeSync(device);
  }
}

function* openPair(loop: SubprocessHostLoop): Generator<unknown, [net.Socket, net.Socket], unknown> {
  const making = socketPair();
  try {
    return yield* wrapFuture(making, { loop: loop as never });
  } catch (error) {
    // Cancelled: the pair comes all the same.
    making.then(
      (pair) => pair.map((socket) => socket.destroy()),
      () => {},
    );
    throw error;
  }
}

/** Node.js has no way to lead two descriptors into one new pipe: they get the far end of ours. */
function stdioOf({ targets, merged }: StdioPlan, { pair, devices }: Opened): StdioOptions {
  return targets.map((target, fd) => {
    if (merged && (fd === 1 || fd === 2)) return pair?.[1];
    if (typeof target === 'number') return target;
    if (target === 'pipe') return 'pipe';
    // The system's own null device serves the standard streams; further descriptors would stay closed.
    if (fd <= 2) return 'ignore';
    const device = openSync(os.devNull, 'r+');
    devices.push(device);
    return device;
  });
}

function start(
  { file, args, verbatim }: Command,
  stdio: StdioOptions,
  options: ProcessOptions,
): ChildProcess {
  if (file === '') throw pathError(-os.constants.errno.ENOENT, 'spawn', file);
  const child = spawnChild(file, args, { ...options, stdio, windowsVerbatimArguments: verbatim });
  // Without a listener an error would end this process.
  child.on('error', () => {});
  // The loop keeps this process alive while it runs, and nothing else.
  child.unref();
  return child;
}

/** The streams of a process that did not start. */
function discardStdio(child: ChildProcess): void {
  for (const stream of child.stdio ?? []) stream?.destroy();
}

function* failureOf(loop: SubprocessHostLoop, child: ChildProcess): Generator<unknown, Error, unknown> {
  const failure = loop.createFuture<Error>();
  child.once('error', (error) => {
    enterFromHost(loop, () => !failure.done() && failure.setResult(error), undefined, undefined);
  });
  return yield* failure;
}

/** A missing working directory looks like a missing program: say which it is. */
function explain(thrown: unknown, cwd: string | undefined): Error {
  const error = asError(thrown) as NodeJS.ErrnoException;
  if (cwd === undefined || !/^(ENOENT|EACCES|ENOTDIR|ELOOP)$/.test(error.code ?? '')) return error;
  try {
    if (!statSync(cwd).isDirectory()) return pathError(-os.constants.errno.ENOTDIR, 'chdir', cwd);
    accessSync(cwd, constants.X_OK);
    return error;
  } catch (reason) {
    return pathError((reason as NodeJS.ErrnoException).errno ?? 0, 'chdir', cwd);
  }
}

function pipesOf(child: ChildProcess, { targets }: StdioPlan, near: net.Socket | null): Map<number, Duplex> {
  const pipes = new Map<number, Duplex>();
  if (near !== null) pipes.set(1, near);
  targets.forEach((target, fd) => {
    const stream = child.stdio[fd];
    if (target === 'pipe' && stream) pipes.set(fd, ownStream(stream as Duplex, fd));
  });
  return pipes;
}

interface HandleOwner {
  _handle?: unknown;
}

/**
 * Takes a pipe away from the `ChildProcess`. That object closes standard input and lets the outputs flow when the process
 * exits, whether or not somebody has paused them; and it does not read from standard input, where the end would tell
 * that the process has closed it.
 */
function ownStream(stream: Duplex, fd: number): Duplex {
  const owner = stream as HandleOwner;
  const handle = owner._handle;
  // Other runtimes have no such handle; there the stream has to do as it is.
  if (typeof handle !== 'object' || handle === null) return stream;
  owner._handle = null;
  const writable = fd === 0 || fd > 2;
  const options = { handle, readable: true, writable, allowHalfOpen: true, manualStart: true };
  return new net.Socket(options as net.SocketConstructorOpts);
}
