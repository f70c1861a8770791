import { explore, type FoundFailure, Random } from '@bight/loop-testing';
import { type ClusterOptions, simulateCluster } from './cluster.js';
import { type Fault, planFaults } from './fault.js';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.js';

/** Where failures are sought. */
export interface HuntOptions {
  /** The bug that is planted; without one, failures of the program itself are sought. */
  readonly bug?: PlantedBug;
  readonly seeds: number;
  readonly first?: number;
  /** How many faults a story has. */
  readonly faults?: number;
  /** By default 3 to 6, by the seed; 3, where a bug is planted: the fewer there are, the sooner it shows. */
  readonly nodes?: number;
  readonly onProgress?: (tried: number) => void;
}

/** How the cluster of a seed is made: sizes, transports, networks and ways of reading take turns. */
export function clusterOf(seed: number, { bug, nodes }: Pick<HuntOptions, 'bug' | 'nodes'>): ClusterOptions {
  const random = Random.stream(seed, 'cluster');
  return {
    nodes: nodes ?? (bug === undefined ? 3 + random.below(4) : 3),
    clients: 3 + random.below(6),
    transport: random.chance(0.2) ? 'tcp' : 'udp',
    isRough: random.chance(0.5),
    mostEntries: random.chance(0.7) ? 1 : 3,
    // Who has promised to be loyal votes for no other soon after a restart, and a vote that is forgotten does no harm.
    leases: bug === 'a lost lease' || (bug !== 'two votes in a term after a restart' && random.chance(0.5)),
    plant: bug === undefined ? {} : PLANTED_BUGS[bug],
  };
}

/** Tries seeds until one fails, and leaves out of its story the faults that the failure does not need. */
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
