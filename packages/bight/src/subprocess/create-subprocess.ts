import type {
  AbstractEventLoop,
  AbstractFuture,
  SubprocessOptions,
  SubprocessTransport,
} from '@bight/loop-abstract';
import { checkOptionsObject } from '@bight/loop-abstract/validate';
import { coroutine, type Future, getRunningLoop } from '@bight/loop-core';
import { checkLimit } from '../streams/stream-reader.js';
import { Process } from './process.js';
import { SubprocessStreamProtocol } from './subprocess-stream-protocol.js';

/** How a process is started: a standard stream that is not named here is that of this process. */
export interface CreateSubprocessOptions extends SubprocessOptions {
  /**
   * In bytes: the longest line of the outputs, and half of what is buffered before reading pauses; 64 KiB by default.
   */
  limit?: number | null;
}

/**
 * Starts a program.
 *
 * @param program - its name, found along `PATH`, or path
 * @param args - its arguments, without the program's name
 * @param options - `stdin`, `stdout`, `stderr` (`PIPE`, `DEVNULL`, `STDOUT`, a descriptor, …; `null` and not given:
 *   that of this process), `cwd`, `env`, `limit`, …
 * @throws the system's error (asynchronously), such as ENOENT
 * @throws {ValueError} when `limit` is not positive
 * @throws {RuntimeError} outside of a running loop
 * @python asyncio.create_subprocess_exec()
 */
export function createSubprocessExec(
  program: string,
  args?: readonly string[] | null,
  options?: CreateSubprocessOptions | null,
): Future<Process> {
  return create(options, (loop, factory, rest) => loop.subprocessExec(factory, program, args, rest));
}

/**
 * Runs a command in the system's shell. Quoting is up to the caller.
 *
 * @param cmd - the command
 * @param options - as for {@link createSubprocessExec}
 * @throws as {@link createSubprocessExec}
 * @python asyncio.create_subprocess_shell()
 */
export function createSubprocessShell(
  cmd: string,
  options?: CreateSubprocessOptions | null,
): Future<Process> {
  return create(options, (loop, factory, rest) => loop.subprocessShell(factory, cmd, rest));
}

type Start = (
  loop: AbstractEventLoop,
  factory: () => SubprocessStreamProtocol,
  options: SubprocessOptions,
) => AbstractFuture<[SubprocessTransport, SubprocessStreamProtocol]>;

function create(given: CreateSubprocessOptions | null | undefined, start: Start): Future<Process> {
  const { limit, stdin = null, stdout = null, stderr = null, ...rest } = checkOptionsObject(given);
  checkLimit(limit);
  const loop = getRunningLoop();
  return coroutine<Process>(loop, function* () {
    const factory = () => new SubprocessStreamProtocol(limit, loop);
    const [transport, protocol] = yield* start(loop, factory, { ...rest, stdin, stdout, stderr });
    return new Process(transport, protocol, loop);
  });
}
