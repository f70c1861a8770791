// Python's sockets.
import { bight } from './environment.mjs';
import { request } from './requests.mjs';

/** A Python socket: the descriptor is the same, and the side that closes it notifies the other. */
export class BridgeSocket extends bight.Socket {
  constructor(number, { fd, blocking }) {
    super({ fileno: fd });
    if (blocking) this.setblocking(true);
    this.py = number;
    sockets.set(number, this);
  }
  close() {
    const open = this.fileno() >= 0;
    super.close();
    if (open) this.#lost(false);
  }
  detach() {
    const fd = super.detach();
    if (fd >= 0) this.#lost(true);
    return fd;
  }
  forget() {
    sockets.delete(this.py);
    super.detach();
  }
  #lost(given) {
    sockets.delete(this.py);
    request({ op: 'socket_lost', py: this.py, given });
  }
}
export const sockets = new Map();
