import type { SimulatedHost } from './simulated-host.js';

/** What everything in a simulated network has in common. */
export interface World {
  /** Notes what has happened, for the tap. */
  note(kind: string, from: SimulatedHost, to: SimulatedHost | null, bytes: Uint8Array | null): void;
  /** The time, in seconds. */
  now(): number;
  /** Schedules an event, which can be cancelled. */
  at(when: number, event: () => void): { cancel(): void };
}
