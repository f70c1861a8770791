import { type Random, type SimulatedHost, simulate } from '@bight/loop-testing';
import { gather, sleep } from 'bight';
import { ask } from './client.js';
import { findAnomaly, type Operation } from './linearizability.js';
import type { Reply, Request } from './messages.js';
import { type Bug, RaftNode } from './raft-node.js';

/** A fault in a story, `after` seconds after the one before. */
export interface Fault {
  readonly after: number;
  readonly kind: 'crash' | 'restart' | 'reboot' | 'isolate' | 'split' | 'heal' | 'pause' | 'resume';
  /** Which node, by its number. */
  readonly node: number;
}

/** How a cluster is simulated. */
export interface ClusterOptions {
  readonly nodes: number;
  readonly bugs?: readonly Bug[];
  /** For how many **seconds** of virtual time the clients work after the last fault. */
  readonly calm?: number;
}

const KINDS: readonly Fault['kind'][] = [
  'crash',
  'restart',
  'restart',
  'reboot',
  'reboot',
  'reboot',
  'isolate',
  'split',
  'heal',
  'heal',
  'pause',
  'resume',
];
const PEER_PORT = 7000;
const CLIENT_PORT = 7001;
const CLIENTS = 3;

/** Makes a story of faults from random numbers. */
export function planFaults(random: Random, nodes: number, count = 40): Fault[] {
  return Array.from({ length: count }, () => ({
    after: random.next() * 0.4,
    kind: KINDS[random.below(KINDS.length)] as Fault['kind'],
    node: random.below(nodes),
  }));
}

/**
 * Runs a cluster through a story of faults, with clients that read and write, and checks that it behaved as a single
 * copy.
 *
 * @throws {SimulationError} when a term had two leaders, a leader lacked what had been applied, two nodes applied
 *   different entries, or the clients have seen what one copy could not have shown them
 */
export async function simulateCluster(
  seed: number,
  faults: readonly Fault[],
  options: ClusterOptions,
): Promise<number> {
  const { nodes, calm = 3 } = options;
  const bugs = new Set(options.bugs);
  const names = Array.from({ length: nodes }, (_, i) => `n${i}`);
  return simulate(
    async (loop) => {
      const { network } = loop;
      network.tap.decoder = (bytes) => Buffer.from(bytes).toString().trim().slice(0, 100);
      const hosts = names.map((name) => network.host(name));
      const peers = new Map(
        hosts.map(({ name, addresses }) => [name, { host: addresses[0] as string, port: PEER_PORT }]),
      );
      const applied = new Map<number, string>();
      let violation: Error | null = null;
      const onApply = (index: number, entry: unknown) => {
        const text = JSON.stringify(entry);
        if ((applied.get(index) ?? text) !== text) {
          violation ??= new Error(`entry ${index} was applied as ${applied.get(index)} and as ${text}`);
        }
        applied.set(index, text);
      };
      const leaders = new Map<number, string>();
      const onLead = (name: string, term: number, log: readonly unknown[]) => {
        const other = leaders.get(term) ?? name;
        if (other !== name) violation ??= new Error(`term ${term} has two leaders: ${other} and ${name}`);
        leaders.set(term, name);
        for (const [index, text] of applied) {
          if (JSON.stringify(log[index - 1]) === text) continue;
          violation ??= new Error(
            `${name} leads term ${term} without entry ${index}, which was applied: ${text}`,
          );
        }
      };
      for (const host of hosts) {
        host.disk.configure({ syncLatency: 0.002 });
        host.start(() =>
          new RaftNode({
            name: host.name,
            peers,
            clientPort: CLIENT_PORT,
            files: host.disk,
            bugs,
            onApply,
            onLead: (term, log) => onLead(host.name, term, log),
          }).run(),
        );
      }
      const history: Operation[] = [];
      let isOver = false;
      const clients = Array.from({ length: CLIENTS }, (_, i) => network.host(`client${i}`)).map((host) =>
        host.start(async () => {
          for (let count = 0; !isOver; count++) {
            await sleep(Math.random() * 0.1);
            await operate(host.name, names, `${host.name}-${count}`, history, () => loop.time());
          }
        }),
      );
      await sleep(1);
      for (const fault of faults) {
        await sleep(fault.after);
        strike(
          fault,
          hosts,
          () => network.heal(),
          (one, other) => network.partition(one, other),
        );
        if (violation !== null) throw violation;
      }
      network.heal();
      for (const host of hosts) {
        host.resume();
        if (!host.isUp) host.restart();
      }
      await sleep(calm);
      isOver = true;
      await gather(clients);
      for (const host of hosts) host.crash();
      if (violation !== null) throw violation;
      const anomaly = findAnomaly(history);
      if (anomaly !== null)
        throw new Error(`what clients saw of ${anomaly} is not what one copy would have shown`);
      return history.filter(({ returned }) => returned < Number.POSITIVE_INFINITY).length;
    },
    {
      seed,
      chaos: true,
      link: { latency: 0.005, jitter: 0.01, loss: 0.02, duplication: 0.02 },
      timeout: 600,
    },
  );
}

function strike(
  { kind, node }: Fault,
  hosts: readonly SimulatedHost[],
  heal: () => void,
  partition: (one: SimulatedHost[], other: SimulatedHost[]) => void,
): void {
  const host = hosts[node] as SimulatedHost;
  switch (kind) {
    case 'crash':
      host.crash();
      return;
    case 'restart':
      if (!host.isUp) host.restart();
      return;
    case 'reboot':
      host.restart();
      return;
    case 'isolate':
      partition(
        [host],
        hosts.filter((other) => other !== host),
      );
      return;
    case 'split':
      partition(hosts.slice(0, node + 1), hosts.slice(node + 1));
      return;
    case 'heal':
      heal();
      return;
    case 'pause':
      host.pause();
      return;
    case 'resume':
      host.resume();
  }
}

/** One operation of a client: asks a node, and follows one hint as to which is the leader. */
async function operate(
  client: string,
  names: readonly string[],
  value: string,
  history: Operation[],
  now: () => number,
): Promise<void> {
  const key = `k${Math.floor(Math.random() * 2)}`;
  const request: Request = Math.random() < 0.5 ? { kind: 'put', key, value } : { kind: 'get', key };
  let node: string | null = names[Math.floor(Math.random() * names.length)] as string;
  for (let tries = 0; node !== null && tries < 2; tries++) {
    const invoked = now();
    const reply: Reply | null = await ask(node, CLIENT_PORT, request).catch(() => null);
    if (reply === null || (!reply.ok && reply.isOpen)) {
      if (request.kind === 'put') {
        history.push({ client, key, kind: 'put', value, invoked, returned: Number.POSITIVE_INFINITY });
      }
      return;
    }
    if (reply.ok) {
      const seen = request.kind === 'put' ? value : reply.value;
      history.push({ client, key, kind: request.kind, value: seen, invoked, returned: now() });
      return;
    }
    node = reply.leader;
  }
}
