import * as threads from 'node:worker_threads';
import { loopRegistry } from '@bight/loop-core/low-level';
import { Agent, introduce } from './agent.js';

/** On this channel of the process the serving threads and the threads that have loops find each other. */
export const MEETING_POINT = 'bight:inspect';

/** The messages of a serving thread and a thread of loops there. */
export type MeetingMessage = { readonly server: number } | { readonly agent: number };

/** The serving threads that this thread has an agent for. */
const servers = new Set<number>();
let isWaiting = false;

/** Notes that a serving thread has its agent in this thread. */
export function noteServer(thread: number): void {
  servers.add(thread);
}

/** Shows the loops of this worker thread in the inspectors of the process, as soon as there is one. */
export function joinInspectors(): void {
  // Without it (Bun, Deno) there is no channel from one worker thread to another.
  if (threads.postMessageToThread === undefined || isWaiting) return;
  isWaiting = true;
  if (loopRegistry.loops().length > 0) meet();
  else {
    const stop = loopRegistry.onLoop(() => {
      stop();
      meet();
    });
  }
}

function meet(): void {
  const channel = new threads.BroadcastChannel(MEETING_POINT);
  channel.onmessage = (event) => {
    const { server } = (event as { data: { server?: number } }).data;
    if (server === undefined || servers.has(server)) return;
    servers.add(server);
    void join(server).catch(() => servers.delete(server));
  };
  channel.unref();
  channel.postMessage({ agent: threads.threadId } satisfies MeetingMessage);
}

async function join(server: number): Promise<void> {
  const { port1, port2 } = new threads.MessageChannel();
  const agent = new Agent(port1);
  port1.on('close', () => servers.delete(server));
  try {
    await threads.postMessageToThread(server, { ...introduce(agent), port: port2 }, [port2]);
  } catch (error) {
    agent.close();
    throw error;
  }
}
