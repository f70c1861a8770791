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
import { ReadStreamTransport, type TransportCore, WriteStreamTransport } from '@bight/loop-core/low-level';
import type { Environment } from '../environment/environment.js';
import { PipeChannel } from './pipe-channel.js';
import { ReadPipeCore } from './read-pipe-core.js';
import { takeOver } from './take-over.js';
import { WritePipeCore } from './write-pipe-core.js';

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
    const channel = new PipeChannel(loop, stream);
    const core = new ReadPipeCore({ loop, channel, protocol, pipe, owner: resources });
    const transport = new ReadStreamTransport(core);
    yield* begin(core, waiter);
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
    const channel = new PipeChannel(loop, stream);
    const parts = { loop, channel, protocol, pipe, owner: resources };
    const core = new WritePipeCore(parts, hangups.of(kind, fd));
    const transport = new WriteStreamTransport(core);
    yield* begin(core, waiter);
    return [transport, protocol];
  });
}

/** Calls the protocol's `connectionMade()`, and closes the pipe where that is cancelled. */
function* begin(core: TransportCore, waiter: AbstractFuture<void>): Generator<unknown, void, unknown> {
  core.start(waiter);
  try {
    yield* waiter;
  } catch (error) {
    core.close();
    throw error;
  }
}
