import net from 'node:net';
import { nodeInternals } from '@bight/contextvars/low-level';

/** Called with how many bytes came. @returns whether more may come */
export type OnRead = (length: number) => boolean;

interface UserBufferHandle {
  useUserBuffer?(memory: Uint8Array): void;
}

/** The names under which a socket keeps its `onread` option; `null` where this Node differs. */
let names: ReturnType<typeof findNames> | undefined;

/**
 * Makes a socket that exists receive into our memory, as the `onread` option does for those that are made with it.
 * `tls.TLSSocket` does not take the option for sockets that it is put upon. Where it is not possible, `'data'` events
 * go on.
 */
export function receiveInto(socket: net.Socket, memory: Uint8Array, onRead: OnRead): void {
  const { _handle: handle } = socket as unknown as { _handle?: UserBufferHandle | null };
  if (names === undefined) names = nodeInternals() ? findNames() : null;
  if (names === null || typeof handle?.useUserBuffer !== 'function') return;
  Object.assign(socket, { [names.buffer]: memory, [names.callback]: onRead });
  handle.useUserBuffer(memory);
}

function findNames(): { buffer: symbol; callback: symbol } | null {
  const onread = { buffer: new Uint8Array(1), callback: (): boolean => true };
  const probe = new net.Socket({ onread } as net.SocketConstructorOpts) as unknown as Record<symbol, unknown>;
  const symbols = Object.getOwnPropertySymbols(probe);
  const nameOf = (value: unknown) => symbols.find((symbol) => probe[symbol] === value);
  const [buffer, callback] = [nameOf(onread.buffer), nameOf(onread.callback)];
  return buffer === undefined || callback === undefined ? null : { buffer, callback };
}
