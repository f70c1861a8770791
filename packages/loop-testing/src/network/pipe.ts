import type { Link } from './link.js';
import type { World } from './world.js';

// As Linux does it: the first repetition after 200 ms, then after twice as long each time, and an end when 15 were in
// vain.
const FIRST_RETRY_SECONDS = 0.2;
const LONGEST_RETRY_SECONDS = 120;
const RETRIES = 15;

/** What travels through a pipe. A reset is not sent again when it gets lost. */
export type Item =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'accept' | 'end' | 'reset' };

/** What a pipe reports. */
export interface PipeEnds {
  /** Something has come out at the far end. */
  arrived(item: Item): void;
  /** All repetitions were in vain. */
  gaveUp(): void;
}

interface Travelling {
  readonly item: Item;
  arrival: number;
  retries: number;
}

/** One direction of a simulated connection: everything comes out once and in order, or the connection breaks. */
export class Pipe {
  readonly link: Link;
  readonly #world: World;
  readonly #ends: PipeEnds;
  readonly #travelling: Travelling[] = [];
  #next: { cancel(): void } | null = null;

  constructor(world: World, link: Link, ends: PipeEnds) {
    this.#world = world;
    this.link = link;
    this.#ends = ends;
  }

  /** Puts something in. */
  send(item: Item): void {
    const size = item.kind === 'data' ? item.bytes.length : 0;
    const arrival = this.link.arrival(this.#world.now(), size);
    this.#travelling.push({ item, arrival, retries: 0 });
    if (this.#next === null) this.#scheduleNext();
  }

  /** Forgets what is on its way. */
  clear(): void {
    this.#travelling.length = 0;
    this.#next?.cancel();
    this.#next = null;
  }

  #scheduleNext(): void {
    const [next] = this.#travelling;
    this.#next = next === undefined ? null : this.#world.at(next.arrival, () => this.#arrive());
  }

  #arrive(): void {
    this.#next = null;
    const next = this.#travelling[0] as Travelling;
    const isLost = this.link.loses();
    const { kind } = next.item;
    const bytes = next.item.kind === 'data' ? next.item.bytes : null;
    this.#world.note(isLost ? `${kind} lost` : kind, this.link.from, this.link.to, bytes);
    if (isLost && kind !== 'reset') {
      this.#tryAgain(next);
      return;
    }
    this.#travelling.shift();
    this.#scheduleNext();
    if (!isLost) this.#ends.arrived(next.item);
  }

  #tryAgain(next: Travelling): void {
    if (next.retries > RETRIES) {
      this.clear();
      this.#ends.gaveUp();
      return;
    }
    const delay = Math.min(FIRST_RETRY_SECONDS * 2 ** next.retries, LONGEST_RETRY_SECONDS);
    next.retries++;
    next.arrival = this.#world.now() + delay;
    this.#scheduleNext();
  }
}
