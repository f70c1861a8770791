import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { enterFromHost } from '@bight/loop-core/low-level';
import type { SubprocessHostLoop } from '../environment/environment.js';
import type { Child } from './child.js';
import type { Command } from './command.js';
import { returncodeOf } from './signal-number.js';
import type { ProcessOptions } from './subprocess-options.js';

/** A process that `node:child_process` has started. */
export class NodeChild implements Child {
  readonly pid: number;
  readonly handle: ChildProcess;

  constructor(handle: ChildProcess) {
    this.pid = handle.pid as number;
    this.handle = handle;
  }

  whenEnded(listener: (returncode: number) => void): void {
    this.handle.once('exit', (status, signal) => listener(returncodeOf(status, signal)));
  }
}

/**
 * Starts a process by `node:child_process`.
 *
 * @throws the system's error
 */
export function* startByNode(
  loop: SubprocessHostLoop,
  { file, args, isVerbatim }: Command,
  stdio: StdioOptions,
  options: ProcessOptions,
): Generator<unknown, NodeChild, unknown> {
  const child = spawn(file, args, { ...options, stdio, windowsVerbatimArguments: isVerbatim });
  // Without a listener an error would end this process.
  child.on('error', () => {});
  // The loop keeps this process alive while it runs, and nothing else.
  child.unref();
  if (child.pid !== undefined) return new NodeChild(child);
  for (const stream of child.stdio ?? []) stream?.destroy();
  throw yield* failureOf(loop, child);
}

function* failureOf(loop: SubprocessHostLoop, child: ChildProcess): Generator<unknown, Error, unknown> {
  const failure = loop.createFuture<Error>();
  child.once('error', (error) => {
    enterFromHost(loop, () => !failure.done() && failure.setResult(error), undefined, undefined);
  });
  return yield* failure;
}
