import type { BaseTransport, ProtocolLike, ReadTransport, WriteTransport } from '@bight/loop-abstract';
import type { Callbacks } from '../callbacks.js';
import type { Environment } from '../environment.js';
import { DuplexPipeTransport } from '../pipes/duplex-pipe-transport.js';
import { ReadPipeTransport } from '../pipes/read-pipe-transport.js';
import { StreamChannel } from '../pipes/stream-channel.js';
import { type Hangup, WritePipeTransport } from '../pipes/write-pipe-transport.js';
import type { ParentEnd } from './child-stdio.js';

/** What a pipe of a process reports to: the transport of the process. */
export interface PipeOwner {
  readonly callbacks: Callbacks;
  pipeData(fd: number, data: Buffer): void;
  pipeLost(fd: number, error: Error | null): void;
  pauseWriting(): void;
  resumeWriting(): void;
}

/** One pipe of a process, and the protocol between the pipe's transport and that of the process. */
export class SubprocessPipe implements ProtocolLike {
  readonly transport: BaseTransport;
  disconnected = false;
  readonly #owner: PipeOwner;
  readonly #fd: number;

  constructor({ loop, resources, hangups }: Environment, owner: PipeOwner, fd: number, end: ParentEnd) {
    this.#owner = owner;
    this.#fd = fd;
    const channel = new StreamChannel(loop, end.stream);
    const pipe = { fileno: () => filenoOf(end) };
    const parts = {
      loop,
      callbacks: owner.callbacks,
      resources,
      channel,
      protocol: this,
      pipe,
      waiter: null,
    };
    const hangup = end.fd === null ? 'read' : hangups.of('pipe', end.fd);
    this.transport = makeTransport(fd, parts, hangup);
  }

  dataReceived(data: Buffer): void {
    this.#owner.pipeData(this.#fd, data);
  }

  connectionLost(error: Error | null): void {
    this.disconnected = true;
    this.#owner.pipeLost(this.#fd, error);
  }

  pauseWriting(): void {
    this.#owner.pauseWriting();
  }

  resumeWriting(): void {
    this.#owner.resumeWriting();
  }
}

type Parts = ConstructorParameters<typeof DuplexPipeTransport>[0];

function makeTransport(fd: number, parts: Parts, hangup: Hangup): ReadTransport | WriteTransport {
  if (fd === 0) return new WritePipeTransport(parts, hangup);
  return fd <= 2 ? new ReadPipeTransport(parts) : new DuplexPipeTransport(parts);
}

function filenoOf({ stream, fd }: ParentEnd): number {
  if (stream.destroyed) return -1;
  return fd ?? (stream as { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
}
