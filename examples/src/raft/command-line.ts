import { openSignalReceiver, sleep, TaskGroup } from 'bight';
import type { RaftClient } from './client.js';
import { type Configuration, type Member, NO_MEMBERS } from './consensus/configuration.js';
import { RaftNode } from './node/raft-node.js';
import { openFolder } from './storage/folder.js';
import { openTcp } from './transport/tcp.js';
import { openUdp } from './transport/udp.js';

/** Parses a member: `NAME=HOST:PORT/HOST:PORT`, the addresses for other nodes and for clients. */
export function parseMember(text: string): [name: string, member: Member] {
  const match = /^([^=]+)=([^/]+:\d+)\/([^/]+:\d+)$/.exec(text);
  if (match === null) throw new Error(`a member is NAME=HOST:PORT/HOST:PORT, got ${text}`);
  const [, name, peers, clients] = match as unknown as [string, string, string, string];
  return [name, { peers, clients }];
}

/** The command line of a node. */
export interface NodeArguments {
  readonly self: string;
  /** All members of a new cluster, this one included; none for a node that will be added. */
  readonly members: readonly string[];
  readonly folder: string;
  readonly transport: string;
}

/** Runs a node until SIGINT (Ctrl-C) or SIGTERM. */
export async function serveNode({ self, members, folder, transport }: NodeArguments): Promise<void> {
  const [name, member] = parseMember(self);
  const voters: Configuration['voters'] = Object.fromEntries(members.map(parseMember));
  const node = new RaftNode({
    name,
    self: member,
    members: members.length === 0 ? NO_MEMBERS : { voters, learners: {} },
    files: await openFolder(folder),
    openTransport: transport === 'tcp' ? openTcp : openUdp,
    onReady: () => console.log(`${name} serves clients on ${member.clients}`),
    onLead: (term) => console.log(`${name} leads term ${term}`),
  });
  await TaskGroup.run(async (group) => {
    using signals = openSignalReceiver('SIGINT', 'SIGTERM');
    group.createTask(() => node.run());
    for await (const _ of signals) break;
    group.cancel();
  });
}

/** The commands of a client, with their arguments. */
export const CLIENT_COMMANDS: Record<
  string,
  (client: RaftClient, ...words: string[]) => PromiseLike<string | null>
> = {
  get: (client, key) => client.get(key!),
  put: (client, key, value) => client.put(key!, value!),
  append: (client, key, value) => client.append(key!, value!),
  delete: (client, key) => client.delete(key!).then(() => null),
  async members(client) {
    const { voters, learners } = await client.members();
    const named = (members: Configuration['voters']) => Object.keys(members).join(' ') || '(none)';
    return `voters: ${named(voters)}; learners: ${named(learners)}`;
  },
  async add(client, text) {
    const [name, member] = parseMember(text!);
    await client.add(name, member);
    while (!(name in (await client.members()).voters)) await sleep(0.1);
    return `${name} votes`;
  },
  async remove(client, name) {
    await client.remove(name!);
    return `${name} is no member`;
  },
};
