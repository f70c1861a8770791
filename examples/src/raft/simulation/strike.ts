import type { SimulatedHost, SimulatedNetwork } from '@bight/loop-testing';
import { type Event, moveOnAfter, sleep } from 'bight';
import { RaftClient } from '../client.js';
import type { Member } from '../consensus/configuration.js';
import type { Fault } from './fault.js';

/** The targets of faults. */
export interface Scene {
  readonly network: SimulatedNetwork;
  readonly hosts: readonly SimulatedHost[];
  /** The number of the node that last won an election. */
  leader: number;
  /** Set when a node wins an election. */
  readonly election: Event;
  /** The addresses of the nodes for clients. */
  readonly clients: readonly string[];
  readonly memberAt: (host: SimulatedHost) => Member;
}

// A lease allows for a tenth.
const DRIFTS = [-0.09, 0, 0.09];

// The longest wait for an election.
const ELECTION_SECONDS = 0.5;

/** Waits for the time of a fault, and injects it into a cluster. */
export async function strike({ after, since, kind, node }: Fault, scene: Scene): Promise<void> {
  if (since === 'election') {
    scene.election.clear();
    await moveOnAfter(ELECTION_SECONDS).run(() => scene.election.wait());
  }
  await sleep(after);
  const { network, hosts } = scene;
  const number = node === 'leader' ? scene.leader : node % hosts.length;
  const host = hosts[number] as SimulatedHost;
  const others = hosts.filter((other) => other !== host);
  switch (kind) {
    case 'crash':
      host.crash();
      break;
    case 'start':
      for (const one of hosts) if (!one.isUp) one.restart();
      break;
    case 'reboot':
      host.restart();
      break;
    case 'blackout':
      for (const one of hosts) one.restart();
      break;
    case 'cut off':
      network.partition([host], others);
      break;
    case 'mute':
      network.partitionOneWay([host], others);
      break;
    case 'deafen':
      network.partitionOneWay(others, [host]);
      break;
    case 'split':
      network.partition(
        [host, ...others.slice(0, (hosts.length - 1) >> 1)],
        others.slice((hosts.length - 1) >> 1),
      );
      break;
    case 'slow':
      for (const other of others) network.link(host, other, { latency: 0.03, jitter: 0.09 });
      break;
    case 'noise':
      for (const other of others) network.link(host, other, { loss: 0.3, duplication: 0.3, corruption: 0.1 });
      break;
    case 'heal':
      network.heal();
      break;
    case 'pause':
      host.pause();
      break;
    case 'resume':
      for (const one of hosts) one.resume();
      break;
    case 'drift':
      host.setClock({ drift: DRIFTS[number % DRIFTS.length] });
      break;
    case 'add':
    case 'remove':
      changeMembers(kind, host, scene);
  }
}

/** An operator on a machine of its own, who adds or removes a member; another call replaces the last one. */
function changeMembers(kind: 'add' | 'remove', host: SimulatedHost, scene: Scene): void {
  const operator = scene.network.host('operator');
  operator.crash();
  operator.restart(async () => {
    const client = new RaftClient(scene.clients);
    if (kind === 'add') await client.add(host.name, scene.memberAt(host));
    else if (Object.keys((await client.members()).voters).length > 2) await client.remove(host.name);
    client.close();
  });
}
