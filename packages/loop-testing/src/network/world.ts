/** What everything in a simulated network has in common. */
export interface World {
  /** The time, in seconds. */
  now(): number;
  /** Has something happen at a time; returns a function that calls it off. */
  at(when: number, event: () => void): () => void;
}
