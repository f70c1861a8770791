import type {
  AbstractFuture,
  BaseProtocolLike,
  PipeSource,
  ProtocolFactory,
  ReadTransport,
  StreamProtocolLike,
  WriteTransport,
} from '@bight/loop-abstract';
import { checkCallback } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { Callbacks } from '../callbacks.js';
import type { Environment } from '../environment.js';
import { ReadPipeTransport } from './read-pipe-transport.js';
import { StreamChannel } from './stream-channel.js';
import { takeOver } from './take-over.js';
import { WritePipeTransport } from './write-pipe-transport.js';

/** Makes a transport of the reading end of a pipe. */
export function connectReadPipe<P extends StreamProtocolLike>(
  { loop, resources }: Environment,
  protocolFactory: ProtocolFactory<P>,
  source: PipeSource,
): AbstractFuture<[ReadTransport, P]> {
  checkCallback(protocolFactory, 'protocolFactory');
  return coroutine<[ReadTransport, P]>(loop, function* () {
    const protocol = protocolFactory();
    const waiter = loop.createFuture<void>();
    const { stream, pipe } = takeOver(source, 'read');
    const channel = new StreamChannel(loop, stream);
    const callbacks = new Callbacks(loop);
    const transport = new ReadPipeTransport({ loop, callbacks, resources, channel, protocol, pipe, waiter });
    try {
      yield* waiter;
    } catch (error) {
      transport.close();
      throw error;
    }
    return [transport, protocol];
  });
}

/** Makes a transport of the writing end of a pipe. */
export function connectWritePipe<P extends BaseProtocolLike>(
  { loop, resources, hangups }: Environment,
  protocolFactory: ProtocolFactory<P>,
  source: PipeSource,
): AbstractFuture<[WriteTransport, P]> {
  checkCallback(protocolFactory, 'protocolFactory');
  return coroutine<[WriteTransport, P]>(loop, function* () {
    const protocol = protocolFactory();
    const waiter = loop.createFuture<void>();
    const { stream, kind, fd, pipe } = takeOver(source, 'write');
    const channel = new StreamChannel(loop, stream);
    const callbacks = new Callbacks(loop);
    const parts = { loop, callbacks, resources, channel, protocol, pipe, waiter };
    const transport = new WritePipeTransport(parts, hangups.of(kind, fd));
    try {
      yield* waiter;
    } catch (error) {
      transport.close();
      throw error;
    }
    return [transport, protocol];
  });
}
