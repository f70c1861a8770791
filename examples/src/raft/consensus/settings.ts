/** The settings of a node. All nodes of a cluster must have the same election timeout. */
export interface Settings {
  /** The minimal **seconds** without a leader after which a node begins an election. */
  readonly electionTimeout: number;
  /**
   * Whether a leader answers reads alone while a majority has promised to follow it. Clocks' speeds may then differ by
   * at most a tenth. Without leases it asks a majority for each read.
   */
  readonly leases: boolean;
  /** The most entries of a message. */
  readonly mostEntries: number;
  /** The most bytes of a snapshot in a message. */
  readonly pieceBytes: number;
  /** The number of entries after which a snapshot replaces them. */
  readonly snapshotEvery: number;
}

export const DEFAULT_SETTINGS: Settings = {
  electionTimeout: 0.5,
  leases: true,
  mostEntries: 16,
  pieceBytes: 16_384,
  snapshotEvery: 1000,
};

/** The number of heartbeats within an election timeout. */
export const HEARTBEATS_PER_ELECTION = 3;

/**
 * A lease's share of the election timeout: clocks that are wrong by a tenth, in both directions, differ by 0.9 / 1.1.
 */
export const LEASE_SHARE = 0.75;
