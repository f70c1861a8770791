import { type SocketLike, ValueError } from '@bight/loop-abstract';
import { checkOptions, checkString } from '@bight/loop-abstract/validate';
import type { CoreEventLoop } from '@bight/loop-core';
import { SOCK_STREAM } from '@bight/loop-net/constants';
import type { Entry } from '../clock/agenda.js';
import type { VirtualClock } from '../clock/virtual-clock.js';
import { osError } from '../errors/os-errors.js';
import {
  kAddressesOf,
  kAt,
  kBreak,
  kDropAll,
  kHere,
  kHostAt,
  kLink,
  kMakeChannel,
  kNameOf,
  kProcess,
} from '../internals.js';
import { Random } from '../random/random.js';
import { Tap } from '../tap/tap.js';
import { currentHost } from './current-host.js';
import { type GatedLoop, hostSystem } from './host-system.js';
import { checkLink, Link, type LinkOptions } from './link.js';
import { isLoopback, isWildcard } from './port-table.js';
import { SimulatedChannel } from './simulated-channel.js';
import { type HostSystem, SimulatedHost } from './simulated-host.js';
import { SimulatedSocket } from './simulated-socket.js';
import { offerChannel } from './socketpair.js';
import type { World } from './world.js';

const LOCAL = 'localhost';

interface Connection {
  readonly host: SimulatedHost;
  readonly target: SimulatedHost;
}

/**
 * Hosts, and the ways between them, with everything that can go wrong there: what a `VirtualEventLoop` has instead of a
 * network. No socket is opened; transports, protocols and streams are the real ones.
 *
 * Code that is not run on a host by `host.run()` is on one called `localhost`, which reaches every host.
 */
export class SimulatedNetwork implements World {
  /** What has happened: the last events, as text or as a diagram. */
  readonly tap = new Tap();
  readonly #order: Random;
  readonly #seed: number;
  readonly #clock: VirtualClock;
  readonly #hosts = new Map<string, SimulatedHost>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #byAddress = new Map<string, SimulatedHost>();
  readonly #links = new Map<SimulatedHost, Map<SimulatedHost, Link>>();
  readonly #channels = new Map<SimulatedChannel, Connection>();
  readonly #isShuffled: boolean;
  readonly #defaults: Required<LinkOptions>;
  readonly #loop: CoreEventLoop;
  readonly #system: HostSystem;

  /** @internal */
  constructor(
    clock: VirtualClock,
    loop: CoreEventLoop,
    gated: GatedLoop,
    seed: number,
    { shuffled: isShuffled, link }: { shuffled: boolean; link: LinkOptions },
  ) {
    this.#clock = clock;
    this.#loop = loop;
    this.#seed = seed;
    this.#system = hostSystem(this, loop, seed, gated);
    this.#order = Random.stream(seed, 'order');
    this.#isShuffled = isShuffled;
    this.#defaults = checkLink(link);
    this.host(LOCAL);
  }

  /** Every host, in the order in which they were made. */
  get hosts(): SimulatedHost[] {
    return [...this.#hosts.values()];
  }

  /**
   * The host of a name; the first time it is asked for, a new one.
   *
   * @param options.addresses - its addresses, IPv4 and IPv6; by default one of 10.0.0.0/8
   * @throws {ValueError} when there are addresses for a host that exists, or that another one has
   */
  host(name: string, options: { addresses?: readonly string[] } = {}): SimulatedHost {
    checkString(name, 'name');
    const { addresses } = checkOptions(options, ['addresses']);
    const known = this.#hosts.get(name.toLowerCase());
    if (known !== undefined) {
      if (addresses !== undefined) throw new ValueError(`${name} exists, and has its addresses`);
      return known;
    }
    const given = addresses ?? [this.#freeAddress()];
    const taken = given.find((address) => this.#byAddress.has(address));
    if (taken !== undefined) throw new ValueError(`another host has the address ${taken}`);
    const host = new SimulatedHost(name, [...given], this.#system);
    this.#hosts.set(name.toLowerCase(), host);
    for (const address of given) this.#byAddress.set(address, host);
    return host;
  }

  /** The first address of 10.0.0.0/8, from the number of hosts on, that no host was given. */
  #freeAddress(): string {
    for (let number = this.#hosts.size + 1; ; number++) {
      const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
      if (!this.#byAddress.has(address)) return address;
    }
  }

  /**
   * Gives addresses a name: an alias of a host, or several addresses of which some do not answer.
   */
  setName(name: string, addresses: readonly string[]): void {
    this.#names.set(checkString(name, 'name').toLowerCase(), [...addresses]);
  }

  /**
   * Sets what the way between two hosts is like, in both directions, from now on. What is not named stays as it was.
   *
   * @throws {ValueError | TypeError} for options that are out of range, or that there are not
   */
  link(one: SimulatedHost, other: SimulatedHost, options: LinkOptions): void {
    for (const link of this.#both(one, other)) link.options = checkLink(options, link.options);
  }

  /**
   * {@link link} for what goes from one host to another; the way back stays as it is.
   *
   * @throws {ValueError | TypeError} for options that are out of range, or that there are not
   */
  linkOneWay(from: SimulatedHost, to: SimulatedHost, options: LinkOptions): void {
    const link = this[kLink](from, to);
    link.options = checkLink(options, link.options);
  }

  /**
   * Cuts every way between the groups: nothing passes any more, without any notice. Connections go on when {@link heal}
   * is called before they give up, after a quarter of an hour.
   *
   * @param groups - hosts that still reach each other
   */
  partition(...groups: (readonly SimulatedHost[])[]): void {
    for (const [index, group] of groups.entries()) {
      for (const other of groups.slice(index + 1).flat()) {
        for (const one of group) for (const link of this.#both(one, other)) link.isCut = true;
      }
    }
  }

  /** Cuts the ways from some hosts to others; what these send still arrives. */
  partitionOneWay(from: readonly SimulatedHost[], to: readonly SimulatedHost[]): void {
    for (const one of from) for (const other of to) if (one !== other) this[kLink](one, other).isCut = true;
  }

  /**
   * Joins again what was cut: everything, or the ways between two hosts.
   *
   * @param one - a host; without it every way is joined
   * @param other - another host; without it the first one is joined with all
   */
  heal(one?: SimulatedHost, other?: SimulatedHost): void {
    for (const [from, links] of this.#links) {
      for (const [to, link] of links) {
        if (isBetween(from, to, one, other)) link.isCut = false;
      }
    }
  }

  /**
   * Resets every connection between two hosts, as a box between them might: both ends see `ECONNRESET`.
   *
   * @returns how many connections there were
   */
  reset(one: SimulatedHost, other: SimulatedHost): number {
    let ends = 0;
    for (const [channel, { host, target }] of [...this.#channels]) {
      if (!(host === one && target === other) && !(host === other && target === one)) continue;
      channel[kBreak](osError('ECONNRESET', 'read'));
      ends++;
    }
    return ends / 2;
  }

  /** Two connected ends in memory, for the `sock` option of `createConnection()` and `openConnection()`. */
  socketpair(): [SocketLike, SocketLike] {
    const here = this[kHere];
    const ends = [0, 1].map(() => this[kMakeChannel](here, here, new SimulatedSocket(SOCK_STREAM, '', '')));
    const [one, other] = ends as [SimulatedChannel, SimulatedChannel];
    SimulatedChannel.join(one, other);
    return [offerChannel(one), offerChannel(other)];
  }

  /** @internal */
  note(kind: string, from: SimulatedHost, to: SimulatedHost | null, bytes: Uint8Array | null): void {
    this.tap.record({ time: this.#clock.time(), kind, from: from.name, to: to?.name ?? null, bytes });
  }

  /** The time, in **seconds**. @internal */
  now(): number {
    return this.#clock.time();
  }

  /** @internal */
  at(when: number, event: () => void): Entry {
    // What happens at the same time in different places happens in any order.
    return this.#clock[kAt](when, this.#isShuffled ? this.#order.next() : 0, event);
  }

  /** The host that the calling code runs on. @internal */
  get [kHere](): SimulatedHost {
    const host = currentHost.get();
    return host !== null && this.#hosts.get(host.name.toLowerCase()) === host ? host : this.host(LOCAL);
  }

  /** The host that an address belongs to, as one host sees it. @internal */
  [kHostAt](address: string, seenFrom: SimulatedHost): SimulatedHost | null {
    if (isLoopback(address) || isWildcard(address)) return seenFrom;
    return this.#byAddress.get(address) ?? null;
  }

  /** @internal */
  [kAddressesOf](name: string): readonly string[] {
    const key = name.toLowerCase();
    const named = this.#names.get(key);
    if (named !== undefined) return named;
    return key === LOCAL ? ['127.0.0.1', '::1'] : (this.#hosts.get(key)?.addresses ?? []);
  }

  /** @internal */
  [kNameOf](address: string): string | null {
    return this[kHostAt](address, this[kHere])?.name ?? null;
  }

  /** The way from one host to another. @internal */
  [kLink](from: SimulatedHost, to: SimulatedHost): Link {
    let links = this.#links.get(from);
    if (links === undefined) {
      links = new Map();
      this.#links.set(from, links);
    }
    let link = links.get(to);
    if (link === undefined) {
      // Traffic within a machine is free of faults, unless the test asks for them.
      const stream = (fault: string) => Random.stream(this.#seed, fault, from.name, to.name);
      link = new Link(from === to ? checkLink({}) : this.#defaults, stream, from, to);
      links.set(to, link);
    }
    return link;
  }

  /** @internal */
  [kMakeChannel](host: SimulatedHost, target: SimulatedHost, socket: SocketLike): SimulatedChannel {
    const channel = new SimulatedChannel({
      world: this,
      loop: this.#loop,
      process: host[kProcess],
      socket,
      out: this[kLink](host, target),
      gone: (end) => this.#channels.delete(end),
    });
    this.#channels.set(channel, { host, target });
    return channel;
  }

  /** @internal */
  [kDropAll](drop: (channel: SimulatedChannel) => void): void {
    for (const channel of this.#channels.keys()) drop(channel);
    this.#channels.clear();
  }

  #both(one: SimulatedHost, other: SimulatedHost): Link[] {
    return [this[kLink](one, other), this[kLink](other, one)];
  }
}

function isBetween(
  from: SimulatedHost,
  to: SimulatedHost,
  one: SimulatedHost | undefined,
  other: SimulatedHost | undefined,
): boolean {
  if (one === undefined) return true;
  if (other === undefined) return from === one || to === one;
  return (from === one && to === other) || (from === other && to === one);
}
