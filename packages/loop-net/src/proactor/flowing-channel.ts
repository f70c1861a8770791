import type { Socket } from 'node:net';
import type { ChannelEnvironment } from './channel-environment.js';
import { type ChannelFacts, NodeStreamChannel } from './node-stream-channel.js';

/** A channel that receives through `'data'` events: what every runtime has, and the only way for TLS. */
export class FlowingChannel extends NodeStreamChannel {
  constructor(environment: ChannelEnvironment, socket: Socket, facts: ChannelFacts) {
    super(environment, socket, facts);
    socket.allowHalfOpen = true;
    socket.pause();
    socket.on('data', (data: Buffer) => {
      if (!this._arrive(data, data.length, false)) socket.pause();
    });
  }
}
