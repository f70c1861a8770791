import type { Address, InetAddress, TimerHandle } from '@bight/loop-abstract';
import { asError } from '@bight/loop-core/low-level';
import {
  EVENT_READ,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOL_SOCKET,
  Socket,
} from '@bight/sockets';
import {
  closeDescriptor,
  type EngineHandler,
  MODE_LISTEN,
  type SocketFacts,
  SocketView,
} from '@bight/sockets/low-level';
import { AF_INET6, AF_UNIX, SOCK_STREAM } from '../addresses/constants.js';
import type { BindOptions, Completion, Listener, ListenerSink, StreamAddress } from '../driver/net-driver.js';
import { kTryAgain } from '../internals.js';
import type { SelectorEnvironment } from './selector-environment.js';
import { SelectorStreamChannel } from './selector-stream-channel.js';

/** How long a listener rests when it cannot accept a connection, unless a descriptor becomes free before. */
const RETRY_SECONDS = 1;

/** A bound socket that accepts connections. */
export class SelectorListener implements Listener, EngineHandler {
  readonly socket: SocketView;
  readonly #environment: SelectorEnvironment;
  readonly #socket: Socket;
  /** What its connections have in common. */
  readonly #facts: Omit<SocketFacts, 'peer'>;
  #slot = -1;
  #sink: ListenerSink | null = null;
  /** Set from a shortage until it has been over for a while. */
  #timer: TimerHandle | null = null;
  #isResting = false;
  /** Whether no further connections are wanted, however many descriptors there are. */
  #isOver = false;

  constructor(environment: SelectorEnvironment, socket: Socket) {
    const { family, type, proto } = socket;
    const name = socket.getsockname<Address>();
    this.#environment = environment;
    this.#socket = socket;
    this.#facts = { family, type, proto, name: isWildcard(name) ? null : name };
    this.socket = new SocketView(socket.fileno(), { family, type, proto, name, peer: null });
    environment.open.add(this);
  }

  listen(backlog: number, sink: ListenerSink, started: Completion<never>): void {
    this.#sink = sink;
    try {
      this.#socket.listen({ backlog });
      this.#slot = this.#environment.engine.watch(this.#socket.fileno(), MODE_LISTEN, EVENT_READ, this);
    } catch (error) {
      started(error as Error, null);
      return;
    }
    started(null, null);
  }

  accepted(fd: number, peer: Address): void {
    const parts = { fd, slot: -1, facts: this.#facts, peer, owner: null };
    let channel: SelectorStreamChannel;
    try {
      channel = new SelectorStreamChannel(this.#environment, parts);
    } catch (error) {
      closeDescriptor(fd);
      this.#sink?.exhausted(asError(error));
      return;
    }
    this.#sink?.accepted(channel);
  }

  failed(error: Error): void {
    this.#isResting = true;
    this.#environment.engine.setInterest(this.#slot, 0);
    this.#environment.starving.add(this);
    if (this.#timer !== null) return;
    this.#timer = this.#environment.loop.callLater(RETRY_SECONDS, () => this.#retry());
    this.#sink?.exhausted(error);
  }

  #retry(): void {
    this.#timer = null;
    if (!this.#isResting) return;
    this.#timer = this.#environment.loop.callLater(RETRY_SECONDS, () => this.#retry());
    this[kTryAgain]();
  }

  /** There may be a descriptor again. @internal */
  [kTryAgain](): void {
    this.#isResting = false;
    this.#environment.starving.delete(this);
    if (!this.#isOver) this.#environment.engine.setInterest(this.#slot, EVENT_READ);
  }

  rest(): void {
    this.#isOver = true;
    if (this.#slot >= 0) this.#environment.engine.setInterest(this.#slot, 0);
  }

  close(): void {
    this.#sink = null;
    this.#timer?.cancel();
    this.#environment.open.delete(this);
    this.#environment.starving.delete(this);
    this.socket.forget();
    if (this.#slot >= 0) this.#environment.engine.release(this.#slot);
    this.#slot = -1;
    this.#socket.close();
    this.#environment.descriptorFreed();
  }
}

/**
 * Makes and binds a socket.
 *
 * @throws the system's error
 */
export function bindSocket(address: StreamAddress, options: BindOptions): Socket {
  if ('path' in address) return bound(new Socket({ family: AF_UNIX }), address.path);
  const { family, proto, sockaddr } = address;
  const socket = new Socket({ family, type: SOCK_STREAM, proto });
  try {
    if (options.reuseAddress ?? true) socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, true);
    if (options.reusePort) socket.setsockopt(SOL_SOCKET, SO_REUSEPORT, true);
    // Accepted sockets inherit it.
    if (options.keepAlive) socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, true);
    // Each family has a socket of its own, as asyncio has it.
    if (family === AF_INET6) socket.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, true);
  } catch (error) {
    socket.close();
    throw error;
  }
  return bound(socket, sockaddr as InetAddress);
}

function bound(socket: Socket, address: Address): Socket {
  try {
    socket.bind(address);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Whether connections have local addresses of their own. */
function isWildcard(name: Address): boolean {
  return typeof name === 'object' && (name.host === '0.0.0.0' || name.host === '::');
}
