import type { Duplex } from 'node:stream';
import type { BaseTransport, ProtocolLike, ReadTransport, WriteTransport } from '@bight/loop-abstract';
import type { Callbacks } from '../callbacks.js';
import type { Environment } from '../environment.js';
import { DuplexPipeTransport } from '../pipes/duplex-pipe-transport.js';
import { ReadPipeTransport } from '../pipes/read-pipe-transport.js';
import { StreamChannel } from '../pipes/stream-channel.js';
import { WritePipeTransport } from '../pipes/write-pipe-transport.js';

/** Who hears what happens on the pipes of a process: its transport. */
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

  constructor({ loop, resources }: Environment, owner: PipeOwner, fd: number, stream: Duplex) {
    this.#owner = owner;
    this.#fd = fd;
    const channel = new StreamChannel(loop, stream);
    const pipe = { fileno: () => (stream as { _handle?: { fd?: number } | null })._handle?.fd ?? -1 };
    const parts = {
      loop,
      callbacks: owner.callbacks,
      resources,
      channel,
      protocol: this,
      pipe,
      waiter: null,
    };
    this.transport = makeTransport(fd, parts);
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

function makeTransport(fd: number, parts: Parts): ReadTransport | WriteTransport {
  if (fd === 0) return new WritePipeTransport(parts, 'read');
  return fd <= 2 ? new ReadPipeTransport(parts) : new DuplexPipeTransport(parts);
}
