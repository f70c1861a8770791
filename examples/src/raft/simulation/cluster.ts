import {
  type LinkOptions,
  type SimulatedHost,
  type SimulatedNetwork,
  simulate,
  type Tap,
} from '@bight/loop-testing';
import { Event, gather, sleep, TimeoutError, timeout } from 'bight';
import { type Configuration, NO_MEMBERS } from '../consensus/configuration.js';
import type { Settings } from '../consensus/settings.js';
import { RaftNode } from '../node/raft-node.js';
import { openTcp } from '../transport/tcp.js';
import { openUdp } from '../transport/udp.js';
import { describe } from './describe.js';
import type { Fault } from './fault.js';
import { findAnomaly } from './linearizability.js';
import type { Operation } from './operation.js';
import type { Plant } from './planted-bugs.js';
import { Safety } from './safety.js';
import { type Scene, strike } from './strike.js';
import { work } from './workload.js';

/** The options of a simulated cluster. */
export interface ClusterOptions {
  /** The number of nodes; at the beginning all except a fifth are voters. */
  readonly nodes: number;
  readonly transport?: 'udp' | 'tcp';
  readonly leases?: boolean;
  /** Whether messages take long and are often lost. */
  readonly isRough?: boolean;
  /** The most entries of a message; by default 2. */
  readonly mostEntries?: number;
  /** A planted fault of the program. */
  readonly plant?: Plant;
  /** The **seconds** of virtual time for which clients work after the last fault; by default 0.3. */
  readonly calm?: number;
  /** By default 4. */
  readonly clients?: number;
  /** Called with the recorded events: at a violation, or at the end. */
  readonly onEnd?: (tap: Tap) => void;
}

const PEER_PORT = 7000;
const CLIENT_PORT = 7001;
const BEGIN_SECONDS = 0.5;
const RECOVERY_SECONDS = 30;

/** Small numbers, so that rare situations become frequent. */
const SETTINGS: Partial<Settings> = {
  electionTimeout: 0.15,
  pieceBytes: 400,
  snapshotEvery: 30,
};

const FAIR: LinkOptions = {
  latency: 0.002,
  jitter: 0.008,
  loss: 0.01,
  duplication: 0.02,
  corruption: 0.01,
  reordering: 0.02,
  fragmentation: 0.1,
};
const ROUGH: LinkOptions = { ...FAIR, jitter: 0.04, loss: 0.05, reordering: 0.1 };

/**
 * Runs a cluster through a story of faults, with clients that read and write. Checks that the cluster behaves like a
 * single copy, and that it works again after the faults.
 *
 * @returns the number of operations
 * @throws {SimulationError} when a check fails
 */
export async function simulateCluster(
  seed: number,
  faults: readonly Fault[],
  options: ClusterOptions,
): Promise<number> {
  const { calm = 0.3, clients = 4, isRough = false, onEnd } = options;
  const link = isRough ? ROUGH : FAIR;
  return simulate(
    async (loop) => {
      const { network } = loop;
      network.tap.decoder = describe;
      let isFinished = false;
      const finish = () => {
        if (!isFinished) onEnd?.(network.tap);
        isFinished = true;
      };
      const safety = new Safety(finish);
      const scene = startNodes(network, safety, options);
      const clientHosts = Array.from({ length: clients }, (_, i) => network.host(`c${i}`));
      const history: Operation[] = [];
      let isOver = false;
      try {
        const workers = clientHosts.map((host) =>
          host.start(() => work(host.name, scene.clients, history, () => isOver)),
        );
        await sleep(BEGIN_SECONDS);
        for (const fault of faults) {
          await strike(fault, scene);
          if (safety.violation !== null) throw safety.violation;
        }
        repair(scene, link);
        await sleep(calm);
        isOver = true;
        await recovered(gather(workers));
      } catch (error) {
        throw safety.violation ?? error;
      } finally {
        finish();
        for (const host of [...scene.hosts, ...clientHosts, network.host('operator')]) host.crash();
      }
      if (safety.violation !== null) throw safety.violation;
      const anomaly = findAnomaly(history);
      if (anomaly !== null)
        throw new Error(`what clients saw of ${anomaly} is not what one copy would have shown`);
      return history.filter(({ returned }) => returned < Number.POSITIVE_INFINITY).length;
    },
    { seed, chaos: true, link, timeout: 600 },
  );
}

function startNodes(network: SimulatedNetwork, safety: Safety, options: ClusterOptions): Scene {
  const { nodes, transport = 'udp', leases = true, mostEntries = 2, plant = {} } = options;
  const hosts = Array.from({ length: nodes }, (_, i) => network.host(`n${i}`));
  const memberAt = ({ addresses: [address] }: SimulatedHost) => ({
    peers: `${address}:${PEER_PORT}`,
    clients: `${address}:${CLIENT_PORT}`,
  });
  const voters = hosts.slice(0, Math.max(Math.min(nodes, 3), nodes - Math.floor(nodes / 5)));
  const members: Configuration = {
    voters: Object.fromEntries(voters.map((host) => [host.name, memberAt(host)])),
    learners: {},
  };
  const scene: Scene = {
    network,
    hosts,
    leader: 0,
    election: new Event(),
    clients: hosts.map((host) => memberAt(host).clients),
    memberAt,
  };
  for (const [number, host] of hosts.entries()) {
    const { name } = host;
    host.disk.configure({ latency: 0.0002, syncLatency: 0.002 });
    host.start(() =>
      new RaftNode({
        name,
        self: memberAt(host),
        members: voters.includes(host) ? members : NO_MEMBERS,
        files: plant.files?.(host.disk) ?? host.disk,
        openTransport: transport === 'udp' ? openUdp : openTcp,
        settings: { ...SETTINGS, leases, mostEntries },
        rules: plant.rules,
        createStorage: plant.createStorage,
        onApply: (index, entry) => safety.onApply(name, index, entry),
        onVote: (term, candidate) => safety.onVote(name, term, candidate),
        onLead: (term, log) => {
          scene.leader = number;
          scene.election.set();
          safety.onLead(name, term, log);
        },
      }).run(),
    );
  }
  return scene;
}

/** Ends all faults. */
function repair({ network, hosts }: Scene, link: LinkOptions): void {
  for (const host of hosts) {
    host.resume();
    host.setClock({ drift: 0 });
    if (!host.isUp) host.restart();
  }
  network.heal();
  for (const one of hosts) for (const other of hosts) if (one !== other) network.linkOneWay(one, other, link);
}

async function recovered(work: PromiseLike<unknown>): Promise<void> {
  try {
    await timeout(RECOVERY_SECONDS).run(async () => await work);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw new Error(`the cluster does not work ${RECOVERY_SECONDS} s after the last fault`);
  }
}
