import { Context } from '@bight/contextvars';
import type { CallOptions, Constructor, Executor, ExecutorCallable, NetLoop } from '@bight/loop-abstract';
import { checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import { type Budget, CoreEventLoop } from '@bight/loop-core';
import { type Future, gateLoop, type TimerHandle } from '@bight/loop-core/low-level';
import { withDriver } from '@bight/loop-net/low-level';
import { unwatched } from '../clock/real-work.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { kClock, kFreeze } from '../internals.js';
import { currentHost } from '../network/current-host.js';
import { ProcessGate } from '../network/host-process.js';
import type { LinkOptions } from '../network/link.js';
import { LINK_OPTIONS } from '../network/link.js';
import { SimulatedDriver } from '../network/simulated-driver.js';
import { SimulatedNetwork } from '../network/simulated-network.js';
import { anySeed, Random } from '../random/random.js';

/** How a {@link VirtualEventLoop} is made. */
export interface VirtualEventLoopOptions {
  /** The clock that it runs on; by default a new one that moves by itself. */
  clock?: VirtualClock;
  /** Where everything random comes from: an integer; by default another one each time. */
  seed?: number;
  /**
   * Whether tasks that are ready at the same time run in any order, and whether what happens in the network at the same
   * time does. By default everything is in the order of asyncio.
   */
  chaos?: boolean;
  /** What the ways between the hosts of its network are like; by default perfect. */
  link?: LinkOptions;
  /** How long the loop may go on before the platform gets its turn. */
  budget?: Partial<Budget>;
}

const Base: typeof CoreEventLoop & Constructor<NetLoop> = withDriver(
  CoreEventLoop,
  (loop) => new SimulatedDriver((loop as unknown as VirtualEventLoop).network, loop),
);

/**
 * An event loop on virtual time, with a simulated network: the loop for tests. The same seed makes the same run.
 */
export class VirtualEventLoop extends Base {
  /** The clock that the loop runs on. */
  readonly clock: VirtualClock;
  /** The network that its connections run through. */
  readonly network: SimulatedNetwork;
  /** Random numbers for the test itself, which replay with the rest. */
  readonly random: Random;
  /** What everything random in it comes from. */
  readonly seed: number;

  /** @throws {TypeError | ValueError} for options that are not what they should be */
  constructor(options: VirtualEventLoopOptions = {}) {
    const {
      clock = new VirtualClock(),
      seed = anySeed(),
      chaos = false,
      link,
      budget,
    } = checkOptions(options, ['clock', 'seed', 'chaos', 'link', 'budget']);
    const random = new Random(checkInteger(seed, 'seed'));
    // A source for each purpose: what a test draws does not change what happens to its packets.
    const forTasks = Random.stream(seed, 'tasks');
    super({ host: clock, budget, shuffle: chaos ? () => forTasks.next() : null });
    this.clock = clock;
    this.seed = seed;
    this.random = random;
    const gate = new ProcessGate();
    const sweep = gateLoop(this, gate.admits);
    this.network = new SimulatedNetwork(clock, this, { gate, sweep }, seed, {
      shuffled: chaos,
      link: checkOptions(link, LINK_OPTIONS, 'link'),
    });
  }

  /** What the clock of the host shows on which the calling code runs: **seconds** since the world began. */
  override time(): number {
    const clock = currentHost.get()?.[kClock];
    return clock === undefined || clock.isExact ? super.time() : clock.fromWorld(super.time());
  }

  /** Calls back when the clock of the host on which the calling code runs shows `when`, in **seconds**. */
  override callAt<A extends unknown[]>(
    when: number,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): TimerHandle {
    const clock = currentHost.get()?.[kClock];
    if (clock === undefined || clock.isExact) return super.callAt(when, callback, args, options);
    const time = super.time();
    // A later time there must not round to the present time here.
    const worldly = clock.toWorld(when);
    const due = when > clock.fromWorld(time) ? Math.max(worldly, time + this.clock.resolution) : worldly;
    return super.callAt(due, callback, args, options);
  }

  /** Runs a function elsewhere. That is real work: a clock of mode `hold` stands still until it is done. */
  override runInExecutor<A extends unknown[], R>(
    executor: Executor | null | undefined,
    func: ExecutorCallable<A, R>,
    args?: readonly [...A] | null,
  ): Future<Awaited<R>> {
    const done = this.clock[kFreeze]('executor');
    try {
      // The threads of a pool are no input or output of their own.
      const future = unwatched(() => super.runInExecutor(executor, func, args)) as Future<Awaited<R>>;
      future.addDoneCallback(done, { context: new Context() });
      return future;
    } catch (error) {
      done();
      throw error;
    }
  }
}
