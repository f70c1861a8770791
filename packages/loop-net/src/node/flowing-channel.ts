import type { Socket } from 'node:net';
import { kArrive } from '../internals.js';
import type { ChannelEnvironment } from './channel-environment.js';
import { NodeStreamChannel } from './node-stream-channel.js';
import type { NodeSocketInfo } from './node-stream-socket.js';

/** A channel that receives through `'data'` events: what every runtime has, and the only way for TLS. */
export class FlowingChannel extends NodeStreamChannel {
  constructor(environment: ChannelEnvironment, socket: Socket, info: NodeSocketInfo) {
    super(environment, socket, info);
    socket.allowHalfOpen = true;
    socket.pause();
    socket.on('data', (data: Buffer) => {
      if (!this[kArrive](data, false)) socket.pause();
    });
  }
}
