import type {
  AbstractFuture,
  Address,
  Constructor,
  FileDescriptorLike,
  FileSource,
  InetAddress,
  ReadinessLoop,
  SendfileOptions,
  SocketLike,
  SocketLoop,
} from '@bight/loop-abstract';
import { checkOpen, type NetBaseLoop } from '../driver/network.js';
import { nativeParts } from '../native/native-parts.js';
import { withEventEngine } from './engine-for.js';

/** The classes that it was added to. */
const ready = new WeakSet<object>();

/**
 * Adds to a class of loops what only readiness makes possible: `addReader()` and the like, and the `sock…` methods, by
 * way of `@bight/sockets`. {@link withSelectorNet} does so, too; a class that has them already stays as it is. The
 * loop's first call throws a `NotImplementedError` where the addon is not available.
 *
 * @param Base - a class of loops that has the network already
 */
export function withReadiness<B extends Constructor<NetBaseLoop>>(
  Base: B,
): B & Constructor<ReadinessLoop & SocketLoop> {
  if (isReady(Base)) return Base as B & Constructor<ReadinessLoop & SocketLoop>;
  class WatchingLoop extends withEventEngine(Base) {
    #made: (ReadinessLoop & SocketLoop) | null = null;

    addReader<A extends unknown[]>(
      fd: FileDescriptorLike,
      callback: (...args: A) => unknown,
      args?: readonly [...A] | null,
    ): void {
      this.#readiness.addReader(fd, callback, args);
    }

    removeReader(fd: FileDescriptorLike): boolean {
      return this.#made?.removeReader(fd) ?? false;
    }

    addWriter<A extends unknown[]>(
      fd: FileDescriptorLike,
      callback: (...args: A) => unknown,
      args?: readonly [...A] | null,
    ): void {
      this.#readiness.addWriter(fd, callback, args);
    }

    removeWriter(fd: FileDescriptorLike): boolean {
      return this.#made?.removeWriter(fd) ?? false;
    }

    sockRecv(sock: SocketLike, nbytes: number): AbstractFuture<Buffer> {
      return this.#readiness.sockRecv(sock, nbytes);
    }

    sockRecvInto(sock: SocketLike, buf: ArrayBufferView): AbstractFuture<number> {
      return this.#readiness.sockRecvInto(sock, buf);
    }

    sockRecvfrom<A extends Address = InetAddress>(
      sock: SocketLike,
      bufsize: number,
    ): AbstractFuture<[data: Buffer, address: A]> {
      return this.#readiness.sockRecvfrom<A>(sock, bufsize);
    }

    sockRecvfromInto<A extends Address = InetAddress>(
      sock: SocketLike,
      buf: ArrayBufferView,
      options?: { nbytes?: number | undefined } | null,
    ): AbstractFuture<[nbytes: number, address: A]> {
      return this.#readiness.sockRecvfromInto<A>(sock, buf, options);
    }

    sockSendall(sock: SocketLike, data: ArrayBufferView): AbstractFuture<void> {
      return this.#readiness.sockSendall(sock, data);
    }

    sockSendto(sock: SocketLike, data: ArrayBufferView, address: Address): AbstractFuture<number> {
      return this.#readiness.sockSendto(sock, data, address);
    }

    sockConnect(sock: SocketLike, address: Address): AbstractFuture<void> {
      return this.#readiness.sockConnect(sock, address);
    }

    sockAccept<S extends SocketLike, A extends Address = InetAddress>(
      sock: S,
    ): AbstractFuture<[conn: S, address: A]> {
      return this.#readiness.sockAccept<S, A>(sock);
    }

    sockSendfile(
      sock: SocketLike,
      file: FileSource,
      options?: SendfileOptions | null,
    ): AbstractFuture<number> {
      return this.#readiness.sockSendfile(sock, file, options);
    }

    get #readiness(): ReadinessLoop & SocketLoop {
      if (this.#made === null) {
        // A closed loop would make an engine that is never closed.
        checkOpen({ loop: this });
        this.#made = nativeParts().createReadiness(this);
      }
      return this.#made;
    }
  }
  ready.add(WatchingLoop);
  return WatchingLoop as unknown as B & Constructor<ReadinessLoop & SocketLoop>;
}

function isReady(Class: object): boolean {
  for (let base: object | null = Class; base !== null; base = Object.getPrototypeOf(base) as object | null)
    if (ready.has(base)) return true;
  return false;
}
