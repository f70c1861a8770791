import { DatagramProtocol, getRunningLoop } from 'bight';
import { parseAddress } from '../../command-line/parse-address.js';
import type { OpenTransport } from './transport.js';

/** A datagram for each message. */
export const openUdp: OpenTransport = async (_group, address, receive) => {
  class Receiver extends DatagramProtocol {
    override datagramReceived(data: Buffer): void {
      receive(data);
    }
  }
  const [socket] = await getRunningLoop().createDatagramEndpoint(() => new Receiver(), {
    localAddr: parseAddress(address),
  });
  return {
    send: (to, bytes) => socket.sendto(bytes, parseAddress(to)),
    close: () => socket.close(),
  };
};
