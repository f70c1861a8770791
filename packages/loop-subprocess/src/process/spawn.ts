import { type ChildProcess, type StdioOptions, spawn as spawnChild } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import type net from 'node:net';
import os from 'node:os';
import { wrapFuture } from '@bight/loop-core';
import { asError, enterFromHost } from '@bight/loop-core/low-level';
import type { SubprocessHostLoop } from '../loop/host-loop.js';
import { ChildStdio, hasPipes, type ParentEnd } from './child-stdio.js';
import type { Command } from './command.js';
import { pathError } from './path-error.js';
import { socketPair } from './socket-pair.js';
import type { StdioPlan } from './stdio.js';
import type { ProcessOptions } from './subprocess-options.js';

/** A process that was started, and this side's ends of its pipes by descriptor. */
export interface Spawned {
  readonly child: ChildProcess;
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
    const child = start(command, stdio.given, options);
    if (child.pid === undefined) {
      discardStdio(child);
      throw yield* failureOf(loop, child);
    }
    return { child, pipes: stdio.parentEnds(child) };
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
    // Cancelled: the pair comes all the same.
    making.then(
      (pair) => pair.map((socket) => socket.destroy()),
      () => {},
    );
    throw error;
  }
}

function start(
  { file, args, isVerbatim }: Command,
  stdio: StdioOptions,
  options: ProcessOptions,
): ChildProcess {
  if (file === '') throw pathError(-os.constants.errno.ENOENT, 'spawn', file);
  const child = spawnChild(file, args, { ...options, stdio, windowsVerbatimArguments: isVerbatim });
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
