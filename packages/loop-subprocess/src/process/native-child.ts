import { hasSubscribers } from 'node:diagnostics_channel';
import { ProcessLookupError } from '@bight/loop-abstract';
import { describeErrno } from '@bight/loop-abstract/system-error';
import { valueError } from '@bight/loop-abstract/validate';
import { nativeParts } from '../native/native-parts.js';
import type { Child } from './child.js';
import type { Command } from './command.js';
import { sendSignal, signalName, signalNumber } from './signal-number.js';
import type { ProcessOptions } from './subprocess-options.js';

/** The channel to which Node reports what its own `child_process` starts. */
const OBSERVED = 'child_process';

/** A process that `@bight/sockets` has started, with what a program reads of a `ChildProcess`. */
export class NativeChild implements Child {
  pid = 0;
  /** What the process returned; `null` while it runs, and when a signal ended it. */
  exitCode: number | null = null;
  /** The signal that ended the process. */
  signalCode: NodeJS.Signals | null = null;
  #listener: ((returncode: number) => void) | null = null;

  get handle(): this {
    return this;
  }

  whenEnded(listener: (returncode: number) => void): void {
    this.#listener = listener;
  }

  /**
   * Sends a signal.
   *
   * @param signal - its name or number
   * @returns whether the process was still there
   */
  kill(signal: NodeJS.Signals | number = 'SIGTERM'): boolean {
    const number = signalNumber(signal);
    if (this.exitCode !== null || this.signalCode !== null) return false;
    try {
      sendSignal(this.pid, number);
      return true;
    } catch (error) {
      if (error instanceof ProcessLookupError) return false;
      throw error;
    }
  }

  readonly ended = (returncode: number): void => {
    if (returncode < 0) this.signalCode = signalName(-returncode);
    else this.exitCode = returncode;
    this.#listener?.(returncode);
  };
}

/**
 * Starts a process by `@bight/sockets`, which does not copy this process's page tables for it, as Node does.
 *
 * @param descriptors - for each of the child's, one of this process or -1 for the null device
 * @returns `null` where Node has to do it: without the addon, on another system than Linux, for another user or group,
 *   under Node's permissions, where a program observes Node's `child_process`, or with `BIGHT_NATIVE_SPAWN=off`
 * @throws the system's error
 */
export function startNatively(
  { file, args }: Command,
  descriptors: readonly number[],
  options: ProcessOptions,
): NativeChild | null {
  const native = nativeParts();
  if (native === null || !isForUs(options)) return null;
  const child = new NativeChild();
  const program = {
    file,
    args: [options.argv0 ?? file, ...args],
    env: environmentOf(options),
    cwd: options.cwd ?? '',
    descriptors,
    isDetached: options.detached,
  };
  const pid = native.spawnProgram(program, child.ended);
  if (pid === native.CANNOT_SPAWN) return null;
  if (pid < 0) throw spawnError(pid, file, args);
  child.pid = pid;
  return child;
}

function isForUs({ uid, gid }: ProcessOptions): boolean {
  const isOn = readSwitch();
  return (
    isOn && uid === undefined && gid === undefined && !('permission' in process) && !hasSubscribers(OBSERVED)
  );
}

function readSwitch(): boolean {
  const setting = process.env.BIGHT_NATIVE_SPAWN ?? '';
  if (setting === '' || setting === 'on') return true;
  if (setting === 'off') return false;
  throw valueError('BIGHT_NATIVE_SPAWN', "'on' or 'off'", setting);
}

/** As in Node, collecting the coverage of a program includes its children. */
function environmentOf({ env }: ProcessOptions): NodeJS.ProcessEnv {
  if (env === undefined) return process.env;
  const coverage = process.env.NODE_V8_COVERAGE;
  return coverage === undefined || 'NODE_V8_COVERAGE' in env ? env : { ...env, NODE_V8_COVERAGE: coverage };
}

/** The error that Node gives for it. */
function spawnError(errno: number, file: string, args: readonly string[]): NodeJS.ErrnoException {
  const [code] = describeErrno(errno);
  const error: NodeJS.ErrnoException = new Error(`spawn ${file} ${code}`);
  return Object.assign(error, { errno, code, syscall: `spawn ${file}`, path: file, spawnargs: [...args] });
}
