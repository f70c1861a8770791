import { checkCallback, checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import { sequenceDiagram } from './sequence-diagram.js';
import { type Decoder, formatEvent, type WorldEvent } from './world-event.js';

/** Which events a {@link Tap} shows, and how. */
export interface TapOptions {
  /** Which events; by default all. */
  filter?: (event: WorldEvent) => boolean;
  /** Makes readable what was on its way; by default it is counted. */
  decode?: Decoder;
}

const DEFAULT_LIMIT = 1000;

/** Records what happens in a simulated world: messages that arrive or get lost, and the events of hosts. */
export class Tap {
  // A ring: the oldest event is at the index of the next one.
  #events: WorldEvent[] = [];
  #next = 0;
  #limit = DEFAULT_LIMIT;
  /** How the events of this run are made readable, in the text of a failure too; `null` counts their bytes. */
  decoder: Decoder | null = null;

  /** How many events are kept: the last 1,000 by default. */
  get limit(): number {
    return this.#limit;
  }

  /** @throws {TypeError | ValueError} when it is no positive integer */
  set limit(limit: number) {
    const kept = this.events().slice(-checkInteger(limit, 'limit', { min: 1 }));
    this.#limit = limit;
    this.#events = kept;
    this.#next = kept.length % limit;
  }

  /** The events that are kept, the oldest first. */
  events(options: TapOptions = {}): WorldEvent[] {
    const { filter } = checkTap(options);
    const all =
      this.#events.length < this.#limit
        ? [...this.#events]
        : [...this.#events.slice(this.#next), ...this.#events.slice(0, this.#next)];
    return filter === undefined ? all : all.filter(filter);
  }

  /** The events as text, a line for each. */
  text(options: TapOptions = {}): string {
    const { decode = this.decoder ?? undefined } = checkTap(options);
    return this.events(options)
      .map((event) => `${formatEvent(event, decode)}\n`)
      .join('');
  }

  /** The events as a sequence diagram: the text of an SVG file. */
  svg(options: TapOptions = {}): string {
    const { decode = this.decoder ?? undefined } = checkTap(options);
    return sequenceDiagram(this.events(options), decode);
  }

  /** @internal */
  record(event: WorldEvent): void {
    this.#events[this.#next] = event;
    this.#next = (this.#next + 1) % this.#limit;
  }
}

function checkTap(options: TapOptions): TapOptions {
  const { filter, decode } = checkOptions(options, ['filter', 'decode']);
  if (filter !== undefined) checkCallback(filter, 'filter');
  if (decode !== undefined) checkCallback(decode, 'decode');
  return options;
}
