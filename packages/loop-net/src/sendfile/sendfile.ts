import {
  type AbstractFuture,
  type FileSource,
  RuntimeError,
  SendfileNotAvailableError,
  type SendfileOptions,
  type WriteTransport,
} from '@bight/loop-abstract';
import { describeValue, descriptorOf } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { checkOpen, type Network } from '../driver/network.js';
import { type SocketCore, socketCoreOf } from '../transports/socket-core.js';
import { TlsCore } from '../transports/tls-core.js';
import { closedByPeer, FileFlow } from './file-flow.js';
import { FileReader } from './file-reader.js';
import { type Portion, portionOf } from './sendfile-options.js';

const BLOCK_BYTES = 64 * 1024;

/** `loop.sendfile()`. */
export function sendfile(
  net: Network,
  transport: WriteTransport,
  file: FileSource,
  options?: SendfileOptions | null,
): AbstractFuture<number> {
  checkOpen(net);
  const portion = portionOf(options);
  descriptorOf(file, 'file');
  return coroutine(net.loop, function* () {
    if (transport.isClosing()) throw new RuntimeError('Transport is closing');
    const core = socketCoreOf(transport);
    if (core === null) {
      throw new RuntimeError(`sendfile is not supported for transport ${describeValue(transport)}`);
    }
    try {
      return yield* sendNatively(net, core, file, portion);
    } catch (error) {
      if (!(error instanceof SendfileNotAvailableError) || !portion.fallback) throw error;
    }
    return yield* readAndWrite(net, core, file, portion);
  });
}

function* sendNatively(
  { driver }: Network,
  core: SocketCore,
  file: FileSource,
  { offset, count }: Portion,
): Generator<unknown, number, unknown> {
  if (driver.sendfile === undefined || core instanceof TlsCore) {
    const reason = driver.sendfile === undefined ? `on ${driver.loopClass}` : 'over TLS';
    throw new SendfileNotAvailableError(`the system call sendfile() cannot be used ${reason}`);
  }
  core.beginOperation({ name: 'sendfile' });
  try {
    yield* core.emptied();
    if (core.isClosing()) throw closedByPeer();
    return yield* driver.sendfile(core.channel, descriptorOf(file, 'file'), offset, count);
  } finally {
    core.endOperation();
  }
}

/** The fallback where the system call cannot be used. */
function* readAndWrite(
  net: Network,
  core: SocketCore,
  file: FileSource,
  { offset, count }: Portion,
): Generator<unknown, number, unknown> {
  const reader = new FileReader(net.loop, file);
  const block = Buffer.allocUnsafe(Math.min(count ?? BLOCK_BYTES, BLOCK_BYTES));
  const flow = new FileFlow(net.loop, core);
  core.beginOperation(flow);
  let sent = 0;
  try {
    for (;;) {
      const wanted = count === null ? block.length : Math.min(count - sent, block.length);
      if (wanted === 0) return sent;
      const bytes = yield* reader.read(block.subarray(0, wanted), offset + sent);
      if (bytes === 0) return sent;
      yield* flow.drain();
      core.writeUnchecked(block.subarray(0, bytes));
      sent += bytes;
      reader.advanceTo(offset + sent);
    }
  } catch (error) {
    throw Object.assign(error as Error, { bytesSent: sent });
  } finally {
    core.endOperation();
  }
}
