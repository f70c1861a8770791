import { type SimulatedHost, simulate } from '@bight/loop-testing';
import { gather, sleep } from 'bight';
import { DhtNode } from './dht-node.js';

/** The options of a simulated swarm. */
export interface SwarmOptions {
  readonly nodes: number;
  /** The number of values to put. */
  readonly values?: number;
  /** The share of the nodes that lose power after the values were put. */
  readonly crashes?: number;
  /** The **seconds** of virtual time for which the swarm goes on after that. */
  readonly calm?: number;
  readonly loss?: number;
}

/** The result of a simulation. */
export interface SwarmResult {
  /** The number of values that were found, each by a random node. */
  readonly found: number;
  /** The number of nodes with a value, on average. */
  readonly copies: number;
  /** The number of nodes that a node knows, on average. */
  readonly contacts: number;
  /** How many datagrams the nodes have sent. */
  readonly datagrams: number;
  /** The virtual time, in **seconds**. */
  readonly seconds: number;
}

const PORT = 4000;

/** Runs many nodes, each on a host of its own, which join one after the other; some of them crash. */
export function simulateSwarm(
  seed: number,
  { nodes, values = nodes, crashes = 0, calm = 0, loss = 0 }: SwarmOptions,
): Promise<SwarmResult> {
  return simulate(
    async (loop) => {
      const hosts = Array.from({ length: nodes }, (_, i) => loop.network.host(`n${i}`));
      const swarm: { host: SimulatedHost; node: DhtNode }[] = [];
      for (const host of hosts) {
        const known = swarm[Math.floor(Math.random() * swarm.length)]?.host;
        const bootstrap = known === undefined ? [] : [{ host: known.addresses[0]!, port: PORT }];
        const node = new DhtNode({ port: PORT, bootstrap });
        host.start(() => node.run());
        swarm.push({ host, node });
        // The first nodes have to find each other; later ones start before the previous ones have joined.
        if (swarm.length < 10) await host.run(() => node.joined());
        else await sleep(0.05);
      }
      const all = [...swarm];
      await gather(swarm.map(({ host, node }) => host.run(() => node.joined())));
      const any = () => swarm[Math.floor(Math.random() * swarm.length)]!;
      for (let i = 0; i < values; i++) {
        const { host, node } = any();
        await host.run(() => node.put(`key ${i}`, Buffer.from(`value ${i}`)));
      }
      for (const { host } of swarm.splice(0, Math.floor(nodes * crashes))) host.crash();
      await sleep(calm);
      let found = 0;
      for (let i = 0; i < values; i++) {
        const { host, node } = any();
        if (String(await host.run(() => node.get(`key ${i}`))) === `value ${i}`) found++;
      }
      const average = (number: (node: DhtNode) => number) =>
        swarm.reduce((sum, { node }) => sum + number(node), 0) / swarm.length;
      const result = {
        found,
        copies: (average((node) => node.valueCount) * swarm.length) / Math.max(values, 1),
        contacts: average((node) => node.table.size),
        datagrams: all.reduce((sum, { node }) => sum + node.sentCount, 0),
        seconds: loop.time(),
      };
      for (const { host } of swarm) host.crash();
      return result;
    },
    { seed, link: { latency: 0.02, jitter: 0.03, loss }, timeout: 100_000 },
  );
}
