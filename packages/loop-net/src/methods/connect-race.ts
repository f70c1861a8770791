import type { AbstractFuture, AddrInfo, InetAddress, TimerHandle } from '@bight/loop-abstract';
import { asError } from '@bight/loop-core/low-level';
import type { ConnectAttempt } from '../driver/net-driver.js';
import type { Network } from '../driver/network.js';
import type { SocketChannel } from '../driver/socket-channel.js';

/** What a race needs to know. */
export interface RaceOptions {
  /** Seconds after which the next address is tried beside those under way; `null`: one after the other. */
  delaySeconds: number | null;
  /** The addresses that the sockets are bound to, each to the first of its own family that it can have. */
  locals: readonly AddrInfo[] | null;
}

/**
 * Connects to the first of several addresses that answers: the next attempt begins when the last one failed, or when it
 * has taken too long, and the losers are closed (RFC 8305, section 5).
 *
 * Without a delay it tries one address after the other.
 *
 * @python asyncio.staggered.staggered_race()
 */
export class ConnectRace {
  /** The channel of the winner, or `null` when all attempts have failed; their errors are in `errors` then. */
  readonly winner: AbstractFuture<SocketChannel | null>;

  readonly #net: Network;
  readonly #infos: readonly AddrInfo[];
  readonly #options: RaceOptions;
  readonly #running = new Set<Attempt>();
  readonly #errors: Error[][] = [];
  #next = 0;
  #timer: TimerHandle | null = null;
  #won: SocketChannel | null = null;

  constructor(net: Network, infos: readonly AddrInfo[], options: RaceOptions) {
    this.#net = net;
    this.#infos = infos;
    this.#options = options;
    this.winner = net.loop.createFuture();
    this.#startNext();
  }

  /** What went wrong, in the order of the addresses. */
  get errors(): Error[] {
    return this.#errors.flat();
  }

  /** Ends the race: closes whatever was opened and not taken. */
  stop(): void {
    this.#end();
    this.#won?.close();
    this.#won = null;
  }

  /** The winner's channel, which is the caller's from now on. */
  take(): SocketChannel | null {
    const channel = this.#won;
    this.#won = null;
    return channel;
  }

  #startNext(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const info = this.#infos[this.#next];
    if (info === undefined) {
      if (this.#running.size === 0 && !this.winner.done()) this.winner.setResult(null);
      return;
    }
    this.#next++;
    const errors: Error[] = [];
    this.#errors.push(errors);
    const latest = this.#next;
    const attempt = new Attempt(this.#net, info, this.#options.locals, errors, (channel) => {
      this.#running.delete(attempt);
      if (channel !== null) this.#finish(channel);
      // A failure starts the next attempt at once, unless that is under way already.
      else if (latest === this.#next || this.#next >= this.#infos.length) this.#startNext();
    });
    this.#running.add(attempt);
    attempt.start();
    const { delaySeconds } = this.#options;
    if (
      delaySeconds !== null &&
      attempt.isUnderWay &&
      this.#next === latest &&
      this.#next < this.#infos.length
    ) {
      this.#timer = this.#net.loop.callLater(delaySeconds, () => this.#startNext());
    }
  }

  #finish(channel: SocketChannel): void {
    if (this.winner.done()) {
      channel.close();
      return;
    }
    this.#won = channel;
    this.#end();
    this.winner.setResult(channel);
  }

  #end(): void {
    this.#next = this.#infos.length;
    this.#timer?.cancel();
    this.#timer = null;
    for (const attempt of this.#running) attempt.cancel();
    this.#running.clear();
  }
}

/** One address: tried with each of the local addresses of its family until one can be bound. */
class Attempt {
  isUnderWay = true;
  readonly #net: Network;
  readonly #info: AddrInfo;
  readonly #errors: Error[];
  readonly #ended: (channel: SocketChannel | null) => void;
  readonly #locals: (InetAddress | null)[];
  #current: ConnectAttempt | null = null;

  constructor(
    net: Network,
    info: AddrInfo,
    locals: readonly AddrInfo[] | null,
    errors: Error[],
    ended: (channel: SocketChannel | null) => void,
  ) {
    this.#net = net;
    this.#info = info;
    this.#errors = errors;
    this.#ended = ended;
    this.#locals = locals
      ?.filter(({ family }) => family === info.family)
      .map(({ sockaddr }) => sockaddr as InetAddress) ?? [null];
  }

  start(): void {
    if (this.#locals.length === 0) {
      this.#errors.push(new Error(`no matching local address with family=${this.#info.family} found`));
      this.#end(null);
      return;
    }
    const local = this.#locals.shift() as InetAddress | null;
    let hasSettled = false;
    try {
      const attempt = this.#net.driver.connect(this.#info, local, (error, channel) => {
        hasSettled = true;
        this.#settled(error, channel);
      });
      // Where it has failed at once, the next one may be under way by now.
      if (!hasSettled) this.#current = attempt;
    } catch (error) {
      this.#settled(asError(error), null);
    }
  }

  #settled(error: Error | null, channel: SocketChannel | null): void {
    this.#current = null;
    if (error === null) {
      this.#end(channel);
      return;
    }
    if (this.#locals.length > 0 && isBindError(error)) {
      this.start();
      return;
    }
    this.#errors.push(error);
    this.#end(null);
  }

  #end(channel: SocketChannel | null): void {
    this.isUnderWay = false;
    this.#ended(channel);
  }

  cancel(): void {
    this.#current?.cancel();
    this.#current = null;
  }
}

/** Whether the local address was not available. */
function isBindError(error: NodeJS.ErrnoException): boolean {
  return error.syscall === 'bind' || error.code === 'EADDRINUSE' || error.code === 'EADDRNOTAVAIL';
}
