import type { AbstractFuture } from '../future.js';
import type { ProtocolFactory } from '../protocols/protocol-factory.js';
import type { SubprocessProtocolLike } from '../protocols/subprocess-protocol.js';
import type { Stdio } from '../stdio.js';
import type { SubprocessTransport } from '../transports/subprocess-transport.js';

/**
 * What `loop.subprocessExec()` and `loop.subprocessShell()` take beside the program. `bufsize`, `universalNewlines`,
 * `shell`, `text`, `encoding` and `errors` are `ValueError`s, as in the reference.
 */
export interface SubprocessOptions {
  /** Its standard input; `PIPE` when not given. */
  stdin?: Stdio | undefined;
  /** Its standard output; `PIPE` when not given. */
  stdout?: Stdio | undefined;
  /** Its error output; `PIPE` when not given. */
  stderr?: Stdio | undefined;
  /** What its file descriptors from 3 on are. */
  extraStdio?: readonly Stdio[] | undefined;
  /** Its working directory; that of this process when not given. */
  cwd?: string | URL | null | undefined;
  /** Its environment; that of this process when not given. */
  env?: Readonly<Record<string, string | undefined>> | null | undefined;
  /** The user id that it runs as. Popen: `user`. */
  uid?: number | undefined;
  /** The group id that it runs as. Popen: `group`. */
  gid?: number | undefined;
  /** Whether it leads a session of its own and outlives this process. Popen: `start_new_session`. */
  detached?: boolean | undefined;
  /** Its `argv[0]`; the program when not given. Popen: `executable` the other way round. */
  argv0?: string | undefined;
  /** Windows: whether its console window is hidden. */
  windowsHide?: boolean | undefined;
}

/**
 * Starts subprocesses.
 *
 * The reference's section "Running Subprocesses".
 */
export interface SubprocessLoop {
  /**
   * Starts a program.
   *
   * @param protocolFactory - makes the protocol
   * @param program - the program's name, found along `PATH`, or path
   * @param args - its arguments, without the program's name
   * @param options - its standard streams, `cwd`, `env`, …
   * @returns `[transport, protocol]`
   * @python loop.subprocess_exec()
   */
  subprocessExec<P extends SubprocessProtocolLike>(
    protocolFactory: ProtocolFactory<P>,
    program: string,
    args?: readonly string[] | null,
    options?: SubprocessOptions | null,
  ): AbstractFuture<[SubprocessTransport, P]>;

  /**
   * Runs a command in the system's shell. Quoting is up to the caller: a command that contains the input of users is
   * open to injection.
   *
   * @param protocolFactory - makes the protocol
   * @param cmd - the command
   * @param options - its standard streams, `cwd`, `env`, …
   * @returns `[transport, protocol]`
   * @python loop.subprocess_shell()
   */
  subprocessShell<P extends SubprocessProtocolLike>(
    protocolFactory: ProtocolFactory<P>,
    cmd: string,
    options?: SubprocessOptions | null,
  ): AbstractFuture<[SubprocessTransport, P]>;
}
