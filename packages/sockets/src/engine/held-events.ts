import type { Address } from '@bight/loop-abstract';
import { Fifo } from '@bight/loop-abstract/low-level';

/** A row of the event table, for later or for the rarer kinds. */
export interface HeldEvent {
  readonly kind: number;
  readonly data?: Buffer;
  readonly fd?: number;
  readonly address?: Address;
  /** `-errno`; for readiness the events; for TLS its flags. */
  readonly result?: number;
}

/**
 * What C received of a descriptor before JavaScript, in the same batch, stopped reading from it. It is delivered when
 * reading is resumed, in order, and before anything that came later.
 */
export class HeldEvents {
  readonly #events = new Map<number, Fifo<HeldEvent>>();
  readonly #resumed = new Set<number>();

  /** Whether there is nothing at all, as nearly always. */
  get isEmpty(): boolean {
    return this.#events.size === 0;
  }

  /** Whether a slot has some. */
  has(slot: number): boolean {
    return this.#events.has(slot);
  }

  /** Keeps one. */
  add(slot: number, event: HeldEvent): void {
    let events = this.#events.get(slot);
    if (events === undefined) {
      events = new Fifo();
      this.#events.set(slot, events);
    }
    events.push(event);
  }

  /** Marks a slot's events as wanted again. @returns whether it is the first such slot */
  resume(slot: number): boolean {
    this.#resumed.add(slot);
    return this.#resumed.size === 1;
  }

  /** Whether slots are marked. */
  get hasResumed(): boolean {
    return this.#resumed.size > 0;
  }

  /** The slots whose events are wanted, which are then not marked any more. */
  takeResumed(): number[] {
    const slots = [...this.#resumed];
    this.#resumed.clear();
    return slots;
  }

  /** The next event of a slot, which stays. */
  peek(slot: number): HeldEvent | undefined {
    return this.#events.get(slot)?.first;
  }

  /** The next event of a slot. */
  shift(slot: number): HeldEvent | undefined {
    const events = this.#events.get(slot);
    const event = events?.shift();
    if (events?.length === 0) this.#events.delete(slot);
    return event;
  }

  /** All events of a slot, which are then forgotten. */
  take(slot: number): HeldEvent[] {
    const events = [...(this.#events.get(slot) ?? [])];
    this.#events.delete(slot);
    this.#resumed.delete(slot);
    return events;
  }

  /** All events of all slots, which are then forgotten. */
  takeAll(): HeldEvent[] {
    const events = [...this.#events.values()].flatMap((events) => [...events]);
    this.#events.clear();
    this.#resumed.clear();
    return events;
  }
}
