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
  /** By default 3 to 7, by the seed. */
  readonly nodes?: number;
  readonly onProgress?: (tried: number) => void;
}

/** How the cluster of a seed is made: sizes, transports, networks and ways of reading take turns. */
export function clusterOf(seed: number, { bug, nodes }: Pick<HuntOptions, 'bug' | 'nodes'>): ClusterOptions {
  const random = Random.stream(seed, 'cluster');
  return {
    nodes: nodes ?? 3 + random.below(3) + random.below(2) * random.below(2),
    transport: random.chance(0.2) ? 'tcp' : 'udp',
    isRough: random.chance(0.5),
    mostEntries: 1 + random.below(2),
    leases: bug === 'a lost lease' || random.chance(0.5),
    plant: bug === undefined ? {} : PLANTED_BUGS[bug],
  };
}

/** Tries seeds until one fails, and leaves out of its story the faults that the failure does not need. */
export function hunt(options: HuntOptions): Promise<FoundFailure<Fault> | null> {
  const { seeds, first = 1, faults = 30, onProgress } = options;
  return explore<Fault>({
    seeds,
    first,
    plan: (random) => planFaults(random, options.nodes ?? 5, faults),
    run: (seed, steps) => simulateCluster(seed, steps, clusterOf(seed, options)),
    onProgress: ({ tried }) => onProgress?.(tried),
  });
}
