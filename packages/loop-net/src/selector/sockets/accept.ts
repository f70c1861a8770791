import type { Address } from '@bight/loop-abstract';
import type { Socket } from '@bight/sockets';
import { tryAccept } from '@bight/sockets/low-level';
import { SocketOperation } from './socket-operation.js';

/** `loop.sockAccept()`. */
export class Accept extends SocketOperation<[conn: Socket, address: Address]> {
  protected override attempt(): boolean {
    const accepted = tryAccept(this.socket);
    if (accepted === null) return false;
    this.setResult(accepted);
    return true;
  }
}
