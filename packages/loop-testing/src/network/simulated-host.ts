import { copyContext } from '@bight/contextvars';
import {
  type AbstractFuture,
  type CoroutineFunction,
  type InetAddress,
  RuntimeError,
} from '@bight/loop-abstract';
import { checkCallback, checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import type { Task } from '@bight/loop-core/low-level';
import { SimulatedDisk } from '../disk/simulated-disk.js';
import { osError } from '../errors/os-errors.js';
import {
  kCheckOwn,
  kClock,
  kDatagrams,
  kListeners,
  kPaths,
  kProcess,
  kSourceFor,
  kTls,
} from '../internals.js';
import type { Random } from '../random/random.js';
import { HostTls, type HostTlsOptions } from '../tls/host-tls.js';
import { currentHost } from './current-host.js';
import { HostClock, type HostClockOptions } from './host-clock.js';
import { type HostPaceOptions, hostPace } from './host-pace.js';
import { currentProcess, type HostPace, HostProcess } from './host-process.js';
import { isLoopback, isWildcard, PortTable } from './port-table.js';
import type { SimulatedDatagramChannel } from './simulated-datagram-channel.js';
import type { SimulatedListener } from './simulated-listener.js';

/** What a host asks of its network. */
export interface HostSystem {
  /** The world's time, in seconds. */
  now(): number;
  /** The random numbers of something on a host. */
  stream(purpose: string, host: string): Random;
  at(when: number, event: () => void): void;
  /** Calls back in the loop, outside of every host. */
  callAt(when: number, callback: () => void): void;
  createTask<T>(main: CoroutineFunction<T>, name: string): Task<T>;
  createFuture<T>(): AbstractFuture<T>;
  /** Cancels the tasks of a process and waits until they are done, but no longer than this many seconds. */
  cancelAll(process: HostProcess, grace: number): Promise<void>;
  /** Takes away everything that a process has open; nothing of it runs from then on. */
  remove(process: HostProcess, how: 'crash' | 'stop'): void;
  /** From now on, what gets ready is checked for its process. */
  watchProcesses(): void;
  /** Notes what has happened, for the tap. */
  note(kind: string, host: SimulatedHost): void;
}

/** A machine in a simulated network, with a name, addresses, and ports of its own. */
export class SimulatedHost {
  /** Its name, under which the other hosts find it. */
  readonly name: string;
  /** Its addresses, IPv4 and IPv6. */
  readonly addresses: readonly string[];

  /** @internal */
  readonly [kListeners] = new PortTable<SimulatedListener>();
  /** @internal */
  readonly [kDatagrams] = new PortTable<SimulatedDatagramChannel>();
  /** @internal */
  readonly [kPaths] = new Map<string, SimulatedListener>();

  /** Its disk: what was not synchronized may be lost or torn when it crashes. */
  readonly disk: SimulatedDisk;

  readonly #system: HostSystem;
  #process: HostProcess;
  #pace: HostPace | null = null;
  #isUp = true;
  #main: CoroutineFunction<unknown> | null = null;

  /** @internal */
  readonly [kClock] = new HostClock();
  /** @internal */
  readonly [kTls] = new HostTls();

  /** @internal */
  constructor(name: string, addresses: readonly string[], system: HostSystem) {
    this.name = name;
    this.addresses = addresses;
    this.#system = system;
    this.#process = new HostProcess(this, this.#pace);
    this.disk = new SimulatedDisk({
      random: () => system.stream('disk', name),
      now: () => system.now(),
      at: (when, event) => system.at(when, event),
      createFuture: () => system.createFuture(),
      context: () => this.#process.context,
    });
  }

  /**
   * Whether it runs: it does from the beginning until {@link crash} or {@link stop}, and again from {@link restart} on.
   */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** @internal */
  get [kProcess](): HostProcess {
    return this.#process;
  }

  /**
   * Starts a program on this host: a task that {@link crash} and {@link stop} end, and that {@link restart} runs again.
   *
   * @param main - an async function or a generator function
   * @returns its task; what the task fails with fails the test, unless code retrieves it
   * @throws {RuntimeError} while the host is down
   */
  start<T>(main: CoroutineFunction<T>): Task<T> {
    checkCallback(main, 'main');
    this.#main = main as CoroutineFunction<unknown>;
    return this.run(() => this.#system.createTask(main, `${this.name} main`));
  }

  /**
   * The power fails: from now on no code of this host runs, not even a `finally`. Its sockets vanish without notice, so
   * that the other ends of its connections learn of it when they send and the host is up again, or when they give up.
   * What was not synchronized to its disk may be lost or torn. Code that waits for a foreign promise runs on until its
   * next wait of ours.
   */
  crash(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#system.note('crash', this);
    const process = this.#process;
    this.#system.watchProcesses();
    process.die();
    this.#system.remove(process, 'crash');
    this.disk.crash();
  }

  /**
   * Stops this host in an orderly way: cancels its tasks and lets them end, then closes what is open. Its disk is
   * synchronized.
   *
   * @param options.grace - for how many **seconds** the tasks may go on after the cancel; by default 5
   * @returns a future that is done when the host is down
   */
  async stop(options: { grace?: number } = {}): Promise<void> {
    const { grace = 5 } = checkOptions(options, ['grace']);
    checkSeconds(grace, 'grace');
    if (!this.#isUp) return;
    const process = this.#process;
    await this.#system.cancelAll(process, grace);
    if (process.isDead) return;
    this.#system.watchProcesses();
    this.#isUp = false;
    this.#system.note('stop', this);
    this.disk.syncAll();
    this.#system.remove(process, 'stop');
    process.die();
  }

  /**
   * Starts this host again, after a crash if it is up: with an empty memory, and with what its disk has kept.
   *
   * @param main - what runs on it; by default what ran before
   * @returns the task of `main`
   * @throws {RuntimeError} when there is no `main`
   */
  restart<T = unknown>(main?: CoroutineFunction<T>): Task<T> {
    if (main !== undefined) checkCallback(main, 'main');
    const program = main ?? (this.#main as CoroutineFunction<T> | null);
    if (program === null) throw new RuntimeError(`${this.name} has no program: give restart() one`);
    this.crash();
    this.#process = new HostProcess(this, this.#pace);
    this.#isUp = true;
    this.#system.note('restart', this);
    return this.start(program);
  }

  /**
   * Stands still, as a machine that swaps or collects garbage: its code does not run until {@link resume}, while
   * packets arrive.
   */
  pause(): void {
    if (!this.#isUp || this.#process.isPaused) return;
    this.#system.watchProcesses();
    this.#process.pause();
    this.#system.note('pause', this);
  }

  /** Goes on after {@link pause}. */
  resume(): void {
    if (!this.#process.isPaused) return;
    this.#system.note('resume', this);
    this.#process.resume();
  }

  /**
   * Makes this host slow, from now on and after each {@link restart}: a turn of its code, such as a callback or what a
   * task does between two waits, takes so long that nothing else of it runs before. What gets ready meanwhile waits its
   * turn. The effects of a turn are seen when it begins.
   *
   * @param options.turn - how long each turn takes, in **seconds**; 0, as hosts begin, is no time
   * @param options.jitter - how much longer it may take, in **seconds**: a random time up to that; by default 0
   * @throws {TypeError | ValueError} for what is no number, or negative
   */
  setPace(options: HostPaceOptions): void {
    this.#pace = hostPace(options, this.#system, this.name);
    this.#process.pace = this.#pace;
    this.#system.watchProcesses();
  }

  /**
   * Sets its clock wrong, from now on: `loop.time()`, timers, and the platform's clocks are its own for code on this
   * host.
   *
   * @throws {TypeError | ValueError} for what is no number, or a drift of -1 or less
   */
  setClock(options: HostClockOptions): void {
    this[kClock].set(this.#system.now(), options);
  }

  /**
   * Sets how its handshakes for TLS go from now on, as client and as server: how long each step takes, and what goes
   * wrong. What is not named stays as it was.
   *
   * @throws {TypeError | ValueError} for what is no number or negative, or a fault that there is not
   */
  setTls(options: HostTlsOptions): void {
    this[kTls].set(options);
  }

  /**
   * Runs a function on this host: what it opens is opened here, and what it looks up is looked up here, also after
   * every `await` of an async function, and in the tasks and callbacks that it makes. It runs in a copy of the current
   * context.
   *
   * @returns what the function returns
   * @throws {RuntimeError} while the host is down
   */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    if (!this.#isUp) throw new RuntimeError(`${this.name} is down: restart() starts it`);
    return copyContext().run(() => {
      currentHost.set(this);
      currentProcess.set(this.#process);
      return fn(...args);
    });
  }

  /** Whether something sent to an address comes to this host. @internal */
  #has(address: string): boolean {
    return isLoopback(address) || isWildcard(address) || this.addresses.includes(address);
  }

  /**
   * Which of its addresses this host has as its own when it talks to another one.
   *
   * @throws the system's error: `EADDRNOTAVAIL` for a foreign address, `ENETUNREACH` where it has none of the family
   * @internal
   */
  [kSourceFor](remote: string, local: InetAddress | null): string {
    if (local !== null && !isWildcard(local.host)) {
      this[kCheckOwn](local);
      return local.host;
    }
    const isIpv6 = remote.includes(':');
    if (isLoopback(remote) || isWildcard(remote)) return isIpv6 ? '::1' : '127.0.0.1';
    const own = this.addresses.find((address) => address.includes(':') === isIpv6);
    if (own === undefined) throw osError('ENETUNREACH', 'connect', remote);
    return own;
  }

  /**
   * @throws the system's error: `EADDRNOTAVAIL` for a foreign address
   * @internal
   */
  [kCheckOwn](address: InetAddress): void {
    if (!this.#has(address.host)) throw osError('EADDRNOTAVAIL', 'bind', address);
  }

  /** Its name. */
  toString(): string {
    return `<SimulatedHost ${this.name}>`;
  }
}
