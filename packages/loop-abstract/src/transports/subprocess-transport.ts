import { BaseTransport } from '../base-transport.js';
import { shareAcrossCopies } from '../brand.js';
import { notImplemented } from '../not-implemented.js';
import type { ReadTransport } from './read-transport.js';
import type { WriteTransport } from './write-transport.js';

/**
 * A subprocess and the pipes to it.
 *
 * `close()` kills the process where it still runs.
 *
 * @python asyncio.SubprocessTransport
 */
export abstract class SubprocessTransport extends BaseTransport {
  static {
    shareAcrossCopies(SubprocessTransport, 'SubprocessTransport');
  }

  /**
   * The process id.
   *
   * @python asyncio.SubprocessTransport.get_pid()
   */
  getPid(): number {
    throw notImplemented(this, 'getPid');
  }

  /**
   * The exit status, `-N` when signal N ended the process, `null` while it runs.
   *
   * @python asyncio.SubprocessTransport.get_returncode()
   */
  getReturncode(): number | null {
    throw notImplemented(this, 'getReturncode');
  }

  /**
   * The transport of the pipe at a file descriptor of the subprocess, `null` when that is no pipe.
   *
   * @param fd - 0 for its standard input, 1 for its output, 2 for its error output, or that of a further pipe
   * @python asyncio.SubprocessTransport.get_pipe_transport()
   */
  getPipeTransport(fd: 0): WriteTransport | null;
  getPipeTransport(fd: 1 | 2): ReadTransport | null;
  getPipeTransport(fd: number): BaseTransport | null;
  getPipeTransport(): BaseTransport | null {
    throw notImplemented(this, 'getPipeTransport');
  }

  /**
   * Sends a signal to the process.
   *
   * @param signal - its name or number
   * @throws {ProcessLookupError} when the process has ended
   * @python asyncio.SubprocessTransport.send_signal()
   */
  sendSignal(signal: NodeJS.Signals | number): void;
  sendSignal(): void {
    throw notImplemented(this, 'sendSignal');
  }

  /**
   * Asks the process to end, with SIGTERM.
   *
   * @throws {ProcessLookupError} when the process has ended
   * @python asyncio.SubprocessTransport.terminate()
   */
  terminate(): void {
    throw notImplemented(this, 'terminate');
  }

  /**
   * Ends the process, with SIGKILL.
   *
   * @throws {ProcessLookupError} when the process has ended
   * @python asyncio.SubprocessTransport.kill()
   */
  kill(): void {
    throw notImplemented(this, 'kill');
  }
}
