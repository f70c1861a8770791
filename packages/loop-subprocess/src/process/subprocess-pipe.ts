import { nodeInternals } from '@bight/contextvars/low-level';
import type { BaseTransport, ProtocolLike } from '@bight/loop-abstract';
import {
  type ConnectionContext,
  ReadStreamTransport,
  StreamTransport,
  type TransportCore,
  WriteStreamTransport,
} from '@bight/loop-core/low-level';
import type { Environment } from '../environment/environment.js';
import { PipeChannel } from '../pipes/pipe-channel.js';
import { PipeCore } from '../pipes/pipe-core.js';
import { ReadPipeCore } from '../pipes/read-pipe-core.js';
import { WritePipeCore } from '../pipes/write-pipe-core.js';
import type { ParentEnd } from './child-stdio.js';

/** What the transport of a process offers to its pipes. */
export interface PipeOwner {
  pipeData(fd: number, data: Buffer): void;
  pipeLost(fd: number, error: Error | null): void;
  pauseWriting(): void;
  resumeWriting(): void;
}

/** One pipe of a process, and the protocol between the pipe's transport and that of the process. */
export class SubprocessPipe implements ProtocolLike {
  readonly transport: BaseTransport;
  isDisconnected = false;
  readonly #owner: PipeOwner;
  readonly #fd: number;

  constructor(
    { loop, resources, hangups }: Environment,
    context: ConnectionContext,
    owner: PipeOwner,
    fd: number,
    end: ParentEnd,
  ) {
    this.#owner = owner;
    this.#fd = fd;
    const channel = new PipeChannel(loop, end.stream);
    const pipe = { fileno: () => filenoOf(end) };
    const parts = { loop, context, channel, protocol: this, pipe, owner: resources };
    let core: TransportCore;
    if (fd === 0) {
      core = new WritePipeCore(parts, end.fd === null ? 'read' : hangups.of('pipe', end.fd));
      this.transport = new WriteStreamTransport(core);
    } else if (fd <= 2) {
      core = new ReadPipeCore(parts);
      this.transport = new ReadStreamTransport(core);
    } else {
      core = new PipeCore(parts);
      this.transport = new StreamTransport(core);
    }
    core.start(null);
  }

  dataReceived(data: Buffer): void {
    this.#owner.pipeData(this.#fd, data);
  }

  connectionLost(error: Error | null): void {
    this.isDisconnected = true;
    this.#owner.pipeLost(this.#fd, error);
  }

  pauseWriting(): void {
    this.#owner.pauseWriting();
  }

  resumeWriting(): void {
    this.#owner.resumeWriting();
  }
}

function filenoOf({ stream, fd }: ParentEnd): number {
  if (stream.destroyed) return -1;
  if (fd !== null) return fd;
  if (!nodeInternals()) return -1;
  return (stream as { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
}
