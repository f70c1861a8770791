/** How a node behaves. All nodes of a cluster must have the same election timeout. */
export interface Settings {
  /** After how many **seconds** without a leader a node begins an election, at least. */
  readonly electionTimeout: number;
  /**
   * Whether a leader answers reads alone for as long as a majority has promised to follow it. Clocks may run at
   * different speeds, but not by more than a tenth; without leases it asks a majority for each read.
   */
  readonly leases: boolean;
  /** How many entries are in a message, at most. */
  readonly mostEntries: number;
  /** How many bytes of a snapshot are in a message, at most. */
  readonly pieceBytes: number;
  /** After how many entries they are replaced by a snapshot. */
  readonly snapshotEvery: number;
}

export const DEFAULT_SETTINGS: Settings = {
  electionTimeout: 0.5,
  leases: true,
  mostEntries: 16,
  pieceBytes: 16_384,
  snapshotEvery: 1000,
};

/** How often a leader speaks while a follower would wait for it. */
export const HEARTBEATS_PER_ELECTION = 3;

/** Which part of the election timeout a lease lasts: clocks that are a tenth wrong, both ways, are 0.9 / 1.1 apart. */
export const LEASE_SHARE = 0.75;
