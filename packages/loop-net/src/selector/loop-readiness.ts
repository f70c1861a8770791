import type {
  AbstractFuture,
  Address,
  FileDescriptorLike,
  FileSource,
  InetAddress,
  ReadinessLoop,
  SendfileOptions,
  SocketLike,
  SocketLoop,
} from '@bight/loop-abstract';
import { checkBytes, checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import type { Callback } from '@bight/loop-core';
import type { NetBaseLoop } from '../driver/network.js';
import { addCallback, removeCallback } from './add-reader.js';
import { engineFor } from './engine-for.js';
import { Accept } from './sockets/accept.js';
import { checkSocket } from './sockets/check-socket.js';
import { Receive, ReceiveFrom, ReceiveFromInto, ReceiveInto } from './sockets/receive.js';
import { SendAll, SendTo } from './sockets/send.js';
import { sockConnect } from './sockets/sock-connect.js';
import { sockSendfile } from './sockets/sock-sendfile.js';
import { Watches } from './watched-descriptors.js';

const SIZES = { min: 0, max: 0x7fffffff };

/** What {@link withReadiness} adds to a loop, for one loop. */
export class LoopReadiness implements ReadinessLoop, SocketLoop {
  readonly #loop: NetBaseLoop;
  readonly #watches: Watches;

  constructor(loop: NetBaseLoop) {
    this.#loop = loop;
    this.#watches = new Watches(engineFor(loop));
  }

  addReader<A extends unknown[]>(
    fd: FileDescriptorLike,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
  ): void {
    addCallback(this.#loop, this.#watches, 'input', fd, callback as Callback, args);
  }

  removeReader(fd: FileDescriptorLike): boolean {
    return removeCallback(this.#loop, this.#watches, 'input', fd);
  }

  addWriter<A extends unknown[]>(
    fd: FileDescriptorLike,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
  ): void {
    addCallback(this.#loop, this.#watches, 'output', fd, callback as Callback, args);
  }

  removeWriter(fd: FileDescriptorLike): boolean {
    return removeCallback(this.#loop, this.#watches, 'output', fd);
  }

  sockRecv(sock: SocketLike, nbytes: number): AbstractFuture<Buffer> {
    const socket = checkSocket(this.#loop, sock);
    const size = checkInteger(nbytes, 'nbytes', SIZES);
    return this.#watches.receive(new Receive(this.#loop, socket, size));
  }

  sockRecvInto(sock: SocketLike, buf: ArrayBufferView): AbstractFuture<number> {
    const socket = checkSocket(this.#loop, sock);
    return this.#watches.receive(new ReceiveInto(this.#loop, socket, checkBytes(buf, 'buf')));
  }

  sockRecvfrom<A extends Address = InetAddress>(
    sock: SocketLike,
    bufsize: number,
  ): AbstractFuture<[data: Buffer, address: A]> {
    const socket = checkSocket(this.#loop, sock);
    const size = checkInteger(bufsize, 'bufsize', SIZES);
    const received: AbstractFuture<[Buffer, Address]> = this.#watches.receive(
      new ReceiveFrom(this.#loop, socket, size),
    );
    return received as AbstractFuture<[Buffer, A]>;
  }

  sockRecvfromInto<A extends Address = InetAddress>(
    sock: SocketLike,
    buf: ArrayBufferView,
    options?: { nbytes?: number | undefined } | null,
  ): AbstractFuture<[nbytes: number, address: A]> {
    const socket = checkSocket(this.#loop, sock);
    const memory = checkBytes(buf, 'buf');
    const size = checkInteger(checkOptions(options, ['nbytes']).nbytes ?? 0, 'nbytes', {
      min: 0,
      max: memory.byteLength,
    });
    const received: AbstractFuture<[number, Address]> = this.#watches.receive(
      new ReceiveFromInto(this.#loop, socket, memory, size === 0 ? memory.byteLength : size),
    );
    return received as AbstractFuture<[number, A]>;
  }

  sockSendall(sock: SocketLike, data: ArrayBufferView): AbstractFuture<void> {
    const socket = checkSocket(this.#loop, sock);
    return this.#watches.send(new SendAll(this.#loop, socket, checkBytes(data)));
  }

  sockSendto(sock: SocketLike, data: ArrayBufferView, address: Address): AbstractFuture<number> {
    const socket = checkSocket(this.#loop, sock);
    return this.#watches.send(new SendTo(this.#loop, socket, checkBytes(data), address));
  }

  sockConnect(sock: SocketLike, address: Address): AbstractFuture<void> {
    return sockConnect(this.#loop, this.#watches, checkSocket(this.#loop, sock), address);
  }

  sockAccept<S extends SocketLike, A extends Address = InetAddress>(
    sock: S,
  ): AbstractFuture<[conn: S, address: A]> {
    const accepted: AbstractFuture<[SocketLike, Address]> = this.#watches.receive(
      new Accept(this.#loop, checkSocket(this.#loop, sock)),
    );
    return accepted as AbstractFuture<[S, A]>;
  }

  sockSendfile(sock: SocketLike, file: FileSource, options?: SendfileOptions | null): AbstractFuture<number> {
    return sockSendfile(this.#loop, this.#watches, checkSocket(this.#loop, sock), file, options);
  }
}
