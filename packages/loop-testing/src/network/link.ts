import { ValueError } from '@bight/loop-abstract';
import { checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import type { Random } from '../random/random.js';
import type { SimulatedHost } from './simulated-host.js';

/** What a way through the simulated network does to what passes; without options it is perfect. */
export interface LinkOptions {
  /** How long everything takes, in **seconds**, one way. */
  latency?: number;
  /** At random, up to this many **seconds** more. Datagrams overtake each other; streams stay in order. */
  jitter?: number;
  /** How many bytes pass in a second, of all connections together. */
  bandwidth?: number;
  /** The share of packets that get lost, from 0 to 1. Streams send them again, which takes time; datagrams are gone. */
  loss?: number;
  /** The share of datagrams that come twice, from 0 to 1. */
  duplication?: number;
  /** The share of datagrams of which a bit is turned over on the way, from 0 to 1. */
  corruption?: number;
  /** The share of datagrams that are held up so that later ones overtake them, from 0 to 1. */
  reordering?: number;
  /** How often a stream's bytes come in other pieces than they were sent in, from 0 to 1. */
  fragmentation?: number;
}

const PERFECT: Required<LinkOptions> = {
  latency: 0,
  jitter: 0,
  bandwidth: Number.POSITIVE_INFINITY,
  loss: 0,
  duplication: 0,
  corruption: 0,
  reordering: 0,
  fragmentation: 0,
};

/** The names of what a link can be given. */
export const LINK_OPTIONS = Object.keys(PERFECT) as (keyof LinkOptions)[];

const SHARES = ['loss', 'duplication', 'corruption', 'reordering', 'fragmentation'] as const;

/**
 * Fills in what is not given.
 *
 * @throws {TypeError | ValueError} for what is out of range
 */
export function checkLink(given: LinkOptions, base: Required<LinkOptions> = PERFECT): Required<LinkOptions> {
  const options = { ...base };
  checkOptions(given, LINK_OPTIONS, 'link');
  for (const [name, value] of Object.entries(given) as [keyof LinkOptions, unknown][]) {
    if (value !== undefined) options[name] = checkSeconds(value, name);
  }
  for (const name of ['latency', 'jitter'] as const) {
    if (options[name] < 0) throw new ValueError(`${name} must not be negative, got ${options[name]}`);
  }
  for (const name of SHARES) {
    if (options[name] < 0 || options[name] > 1) {
      throw new ValueError(`${name} must be from 0 to 1, got ${options[name]}`);
    }
  }
  if (options.bandwidth <= 0) throw new ValueError(`bandwidth must be positive, got ${options.bandwidth}`);
  return options;
}

// How long a datagram is held up at least, so that those behind it can overtake it on a link without latency.
const SHORTEST_HOLD_UP_SECONDS = 0.001;

type Fault = 'jitter' | 'loss' | 'reordering' | 'duplication' | 'corruption' | 'fragmentation';

/** One direction of the way between two hosts. */
export class Link {
  options: Required<LinkOptions>;
  /** Whether nothing passes. */
  isCut = false;
  /** Where it begins. */
  readonly from: SimulatedHost;
  /** Where it ends. */
  readonly to: SimulatedHost;
  readonly #makeStream: (fault: string) => Random;
  // One for each kind of fault: what one draws changes nothing for another, nor for other links.
  readonly #streams = new Map<Fault, Random>();
  #freeAt = Number.NEGATIVE_INFINITY;

  /** @param makeStream - makes the random numbers for a kind of fault */
  constructor(
    options: Required<LinkOptions>,
    makeStream: (fault: string) => Random,
    from: SimulatedHost,
    to: SimulatedHost,
  ) {
    this.options = options;
    this.from = from;
    this.to = to;
    this.#makeStream = makeStream;
  }

  /** When something arrives that is sent now; in seconds. */
  arrival(now: number, bytes: number): number {
    const { latency, jitter, bandwidth } = this.options;
    this.#freeAt = Math.max(this.#freeAt, now) + bytes / bandwidth;
    return this.#freeAt + latency + (jitter > 0 ? jitter * this.#stream('jitter').next() : 0);
  }

  /** Whether something that would arrive now does not. */
  loses(): boolean {
    return this.isCut || !this.to.isUp || this.#strikes('loss');
  }

  /** By how much a reordered datagram is late; 0 for most. */
  holdUp(): number {
    if (!this.#strikes('reordering')) return 0;
    const { latency, jitter } = this.options;
    return Math.max(latency + jitter, SHORTEST_HOLD_UP_SECONDS) * (1 + this.#stream('reordering').next());
  }

  /** Whether a datagram comes twice. */
  duplicates(): boolean {
    return this.#strikes('duplication');
  }

  /** A datagram as it arrives: now and then with a bit that is wrong. */
  corrupted(data: Buffer): Buffer {
    if (data.length === 0 || !this.#strikes('corruption')) return data;
    const bit = this.#stream('corruption').below(data.length * 8);
    const wrong = Buffer.from(data);
    wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7));
    return wrong;
  }

  /** How many of the bytes that have come are seen at once. */
  portion(bytes: number): number {
    return this.#strikes('fragmentation') ? 1 + this.#stream('fragmentation').below(bytes) : bytes;
  }

  #strikes(fault: Exclude<Fault, 'jitter'>): boolean {
    const share = this.options[fault];
    return share > 0 && this.#stream(fault).chance(share);
  }

  #stream(fault: Fault): Random {
    let stream = this.#streams.get(fault);
    if (stream === undefined) {
      stream = this.#makeStream(fault);
      this.#streams.set(fault, stream);
    }
    return stream;
  }
}
