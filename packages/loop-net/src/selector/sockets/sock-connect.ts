import type { AbstractFuture, Address, InetAddress } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { AF_INET, AF_INET6, type Socket } from '@bight/sockets';
import { numericAddrInfo } from '../../addresses/numeric-addr-info.js';
import { resolveEndpoint } from '../../addresses/resolve.js';
import type { NetBaseLoop } from '../../driver/network.js';
import type { Watches } from '../watched-descriptors.js';
import { Connect } from './connect.js';

/** `loop.sockConnect()`. */
export function sockConnect(
  loop: NetBaseLoop,
  watches: Watches,
  socket: Socket,
  address: Address,
): AbstractFuture<void> {
  const { family, type, proto } = socket;
  if (family !== AF_INET && family !== AF_INET6) return watches.send(new Connect(loop, socket, address));
  if (typeof address !== 'object' || address === null) throw typeError('address', '{ host, port }', address);
  const endpoint = { ...(address as InetAddress), host: (address as InetAddress).host ?? null };
  const filter = { family, type, proto, flags: 0 };
  if (numericAddrInfo(endpoint, filter) !== null) return watches.send(new Connect(loop, socket, address));
  return coroutine(loop, function* () {
    const [first] = yield* resolveEndpoint(loop, endpoint, filter);
    yield* watches.send(new Connect(loop, socket, first!.sockaddr));
  });
}
