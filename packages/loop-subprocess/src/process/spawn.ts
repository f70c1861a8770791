import { accessSync, constants, statSync } from 'node:fs';
import type net from 'node:net';
import os from 'node:os';
import { describeErrno } from '@bight/loop-abstract/system-error';
import { wrapFuture } from '@bight/loop-core';
import { asError } from '@bight/loop-core/low-level';
import type { SubprocessHostLoop } from '../environment/environment.js';
import type { Child } from './child.js';
import { ChildStdio, hasPipes, type ParentEnd } from './child-stdio.js';
import type { Command } from './command.js';
import { startNatively } from './native-child.js';
import { startByNode } from './node-child.js';
import { socketPair } from './socket-pair.js';
import type { StdioPlan } from './stdio.js';
import type { ProcessOptions } from './subprocess-options.js';

/** A process that was started, and this side's ends of its pipes by descriptor. */
export interface Spawned {
  readonly child: Child;
  readonly pipes: ReadonlyMap<number, ParentEnd>;
}

/**
 * Starts a process. When that fails, or is cancelled before it has begun, nothing stays open.
 *
 * @throws the system's error: ENOENT, EACCES, EMFILE, …
 */
export function* spawn(
  loop: SubprocessHostLoop,
  command: Command,
  plan: StdioPlan,
  options: ProcessOptions,
): Generator<unknown, Spawned, unknown> {
  const pair = plan.isMerged && !hasPipes() ? yield* openPair(loop) : null;
  const stdio = new ChildStdio(plan, pair);
  try {
    return yield* start(loop, command, stdio, options);
  } catch (error) {
    stdio.discard();
    throw explain(error, options.cwd);
  } finally {
    stdio.closeChildsEnds();
  }
}

function* openPair(loop: SubprocessHostLoop): Generator<unknown, [net.Socket, net.Socket], unknown> {
  const making = socketPair();
  try {
    return yield* wrapFuture(making, { loop: loop as never });
  } catch (error) {
    // It was cancelled; the pair comes all the same.
    making.then(
      (pair) => pair.map((socket) => socket.destroy()),
      () => {},
    );
    throw error;
  }
}

function* start(
  loop: SubprocessHostLoop,
  command: Command,
  stdio: ChildStdio,
  options: ProcessOptions,
): Generator<unknown, Spawned, unknown> {
  if (command.file === '') throw pathError(-os.constants.errno.ENOENT, 'spawn', command.file);
  const { descriptors } = stdio;
  const native = descriptors === null ? null : startNatively(command, descriptors, options);
  if (native !== null) return { child: native, pipes: stdio.pipes };
  const child = yield* startByNode(loop, command, stdio.given, options);
  return { child, pipes: stdio.takePipes(child.handle) };
}

/** The system reports a missing working directory like a missing program: this finds out which it is. */
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

/**
 * Makes the error of a system call on a path, with the text that Node itself gives it.
 *
 * @param errno - the error number, negative
 * @param syscall - the name of the system call
 * @param target - the path
 */
function pathError(errno: number, syscall: string, target: string): NodeJS.ErrnoException {
  const [code, explanation] = describeErrno(errno);
  const error: NodeJS.ErrnoException = new Error(`${code}: ${explanation}, ${syscall} '${target}'`);
  return Object.assign(error, { errno, code, syscall, path: target });
}
