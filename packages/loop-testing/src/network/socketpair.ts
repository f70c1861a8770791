import type { SocketLike } from '@bight/loop-abstract';
import type { SimulatedChannel } from './simulated-channel.js';

const channels = new WeakMap<object, SimulatedChannel>();

/** Makes a socket something that `createConnection({ sock })` can take over. */
export function offerChannel(channel: SimulatedChannel): SocketLike {
  channels.set(channel.socket, channel);
  return channel.socket;
}

/** Takes over what was offered; `null` where it was not, or was taken already. */
export function takeChannel(sock: unknown): SimulatedChannel | null {
  if (typeof sock !== 'object' || sock === null) return null;
  const channel = channels.get(sock) ?? null;
  channels.delete(sock);
  return channel;
}
