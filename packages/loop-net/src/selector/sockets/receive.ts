import type { Address } from '@bight/loop-abstract';
import type { FutureLoop } from '@bight/loop-core';
import type { Socket } from '@bight/sockets';
import {
  NOT_READY,
  tryReceive,
  tryReceiveFrom,
  tryReceiveFromInto,
  tryReceiveInto,
} from '@bight/sockets/low-level';
import { SocketOperation } from './socket-operation.js';

/** `loop.sockRecv()`. */
export class Receive extends SocketOperation<Buffer> {
  readonly #size: number;

  constructor(loop: FutureLoop, socket: Socket, size: number) {
    super(loop, socket);
    this.#size = size;
  }

  protected override attempt(): boolean {
    const data = tryReceive(this.socket, this.#size);
    if (data === null) return false;
    this.setResult(data);
    return true;
  }
}

/** `loop.sockRecvInto()`. */
export class ReceiveInto extends SocketOperation<number> {
  readonly #memory: Uint8Array;

  constructor(loop: FutureLoop, socket: Socket, memory: Uint8Array) {
    super(loop, socket);
    this.#memory = memory;
  }

  protected override attempt(): boolean {
    const count = tryReceiveInto(this.socket, this.#memory, this.#memory.byteLength);
    if (count === NOT_READY) return false;
    this.setResult(count);
    return true;
  }
}

/** `loop.sockRecvfrom()`. */
export class ReceiveFrom extends SocketOperation<[data: Buffer, address: Address]> {
  readonly #size: number;

  constructor(loop: FutureLoop, socket: Socket, size: number) {
    super(loop, socket);
    this.#size = size;
  }

  protected override attempt(): boolean {
    const received = tryReceiveFrom(this.socket, this.#size);
    if (received === null) return false;
    this.setResult(received);
    return true;
  }
}

/** `loop.sockRecvfromInto()`. */
export class ReceiveFromInto extends SocketOperation<[nbytes: number, address: Address]> {
  readonly #memory: Uint8Array;
  readonly #size: number;

  constructor(loop: FutureLoop, socket: Socket, memory: Uint8Array, size: number) {
    super(loop, socket);
    this.#memory = memory;
    this.#size = size;
  }

  protected override attempt(): boolean {
    const received = tryReceiveFromInto(this.socket, this.#memory, this.#size);
    if (received === null) return false;
    this.setResult(received);
    return true;
  }
}
