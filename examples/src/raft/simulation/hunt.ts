import { explore, type FoundFailure, Random } from '@bight/loop-testing';
import { type ClusterOptions, simulateCluster } from './cluster.js';
import { type Fault, planFaults } from './fault.js';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.js';

/** The options of a search for failures. */
export interface HuntOptions {
  /** The planted bug; without one, the search is for failures of the program itself. */
  readonly bug?: PlantedBug;
  readonly seeds: number;
  readonly first?: number;
  /** The number of faults of a story. */
  readonly faults?: number;
  /** The number of nodes: by default 3 to 6, by the seed; 3 with a planted bug, which fewer nodes show sooner. */
  readonly nodes?: number;
  readonly onProgress?: (tried: number) => void;
}

/** The cluster of a seed: sizes, transports, networks and ways of reading vary. */
export function clusterOf(seed: number, { bug, nodes }: Pick<HuntOptions, 'bug' | 'nodes'>): ClusterOptions {
  const random = Random.stream(seed, 'cluster');
  return {
    nodes: nodes ?? (bug === undefined ? 3 + random.below(4) : 3),
    clients: 3 + random.below(6),
    transport: random.chance(0.2) ? 'tcp' : 'udp',
    isRough: random.chance(0.5),
    mostEntries: random.chance(0.7) ? 1 : 3,
    // With leases, a restarted node votes for no other node for a while, so a forgotten vote does no harm.
    leases: bug === 'a lost lease' || (bug !== 'two votes in a term after a restart' && random.chance(0.5)),
    plant: bug === undefined ? {} : PLANTED_BUGS[bug],
  };
}

/** Tries seeds until one fails, and removes the faults that the failure does not need. */
export function hunt(options: HuntOptions): Promise<FoundFailure<Fault> | null> {
  const { seeds, first = 1, faults = 15, onProgress } = options;
  return explore<Fault>({
    seeds,
    first,
    plan: (random) => planFaults(random, options.nodes ?? 5, faults),
    run: (seed, steps) => simulateCluster(seed, steps, clusterOf(seed, options)),
    onProgress: ({ tried }) => onProgress?.(tried),
  });
}
