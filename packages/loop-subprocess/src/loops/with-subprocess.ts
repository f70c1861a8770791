import {
  type AbstractFuture,
  type BaseProtocolLike,
  type Constructor,
  type PipeLoop,
  type PipeSource,
  type ProtocolFactory,
  type ReadTransport,
  RuntimeError,
  type StreamProtocolLike,
  type SubprocessLoop,
  type SubprocessOptions,
  type SubprocessProtocolLike,
  type SubprocessTransport,
  type WriteTransport,
} from '@bight/loop-abstract';
import type { SubprocessHostLoop } from '../environment/environment.js';
import { HangupWatcher } from '../environment/hangup-watcher.js';
import { OpenResources } from '../environment/open-resources.js';
import { connectReadPipe, connectWritePipe } from '../pipes/connect-pipe.js';
import { programCommand, shellCommand } from '../process/command.js';
import { startProcess } from '../process/start-process.js';
import { refuseOptions } from '../process/subprocess-options.js';

/**
 * Adds subprocesses and pipes to a class of loops: `subprocessExec()`, `subprocessShell()`, `connectReadPipe()` and
 * `connectWritePipe()`.
 *
 * Closing the loop closes what is left of them: pipes are closed, and processes that are not `detached` are killed.
 *
 * As in asyncio on Unix. The pipes to a process are pipes where `@bight/sockets` is available, and socket pairs
 * elsewhere, as Node.js makes them: a program cannot open those by name (`/dev/stdout`).
 *
 * @param Base - the class to add them to
 * @returns a subclass of it
 */
export function withSubprocess<B extends Constructor<SubprocessHostLoop>>(
  Base: B,
): B & Constructor<SubprocessLoop & PipeLoop> {
  class SubprocessingLoop extends Base implements SubprocessLoop, PipeLoop {
    readonly #resources = new OpenResources(this);
    readonly #hangups = new HangupWatcher(this);

    subprocessExec<P extends SubprocessProtocolLike>(
      protocolFactory: ProtocolFactory<P>,
      program: string,
      args?: readonly string[] | null,
      options?: SubprocessOptions | null,
    ): AbstractFuture<[SubprocessTransport, P]> {
      refuseOptions(options, false);
      return startProcess(this.#environment, protocolFactory, programCommand(program, args), options);
    }

    subprocessShell<P extends SubprocessProtocolLike>(
      protocolFactory: ProtocolFactory<P>,
      cmd: string,
      options?: SubprocessOptions | null,
    ): AbstractFuture<[SubprocessTransport, P]> {
      refuseOptions(options, true);
      return startProcess(this.#environment, protocolFactory, shellCommand(cmd), options);
    }

    connectReadPipe<P extends StreamProtocolLike>(
      protocolFactory: ProtocolFactory<P>,
      pipe: PipeSource,
    ): AbstractFuture<[ReadTransport, P]> {
      return connectReadPipe(this.#environment, protocolFactory, pipe);
    }

    connectWritePipe<P extends BaseProtocolLike>(
      protocolFactory: ProtocolFactory<P>,
      pipe: PipeSource,
    ): AbstractFuture<[WriteTransport, P]> {
      return connectWritePipe(this.#environment, protocolFactory, pipe);
    }

    override close(): void {
      // A loop that runs refuses to be closed, and keeps what it has.
      if (!this.isRunning()) {
        this.#resources.close();
        this.#hangups.close();
      }
      super.close();
    }

    get #environment() {
      if (this.isClosed()) throw new RuntimeError('Event loop is closed');
      return { loop: this, resources: this.#resources, hangups: this.#hangups };
    }
  }
  return SubprocessingLoop as unknown as B & Constructor<SubprocessLoop & PipeLoop>;
}
