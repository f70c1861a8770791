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
import { kBeginOperation, kChannel, kEmptied, kEndOperation, kWriteForOperation } from '../internals.js';
import { StreamTransport } from '../transports/stream-transport.js';
import { TlsTransport } from '../transports/tls-transport.js';
import { FileFlow } from './file-flow.js';
import { FileReader } from './file-reader.js';
import { type Portion, portionOf } from './portion.js';

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
    if (!(transport instanceof StreamTransport)) {
      throw new RuntimeError(`sendfile is not supported for transport ${describeValue(transport)}`);
    }
    try {
      return yield* sendNatively(net, transport, file, portion);
    } catch (error) {
      if (!(error instanceof SendfileNotAvailableError) || !portion.fallback) throw error;
    }
    return yield* readAndWrite(net, transport, file, portion);
  });
}

function* sendNatively(
  { driver }: Network,
  transport: StreamTransport,
  file: FileSource,
  { offset, count }: Portion,
): Generator<unknown, number, unknown> {
  if (driver.sendfile === undefined || transport instanceof TlsTransport) {
    const reason = driver.sendfile === undefined ? `on ${driver.loopClass}` : 'over TLS';
    throw new SendfileNotAvailableError(`the system call sendfile() cannot be used ${reason}`);
  }
  transport[kBeginOperation]({ name: 'sendfile' });
  try {
    yield* transport[kEmptied]();
    if (transport.isClosing()) throw closedByPeer();
    return yield* driver.sendfile(transport[kChannel], descriptorOf(file, 'file'), offset, count);
  } finally {
    transport[kEndOperation]();
  }
}

/** What is done where the system call cannot be used. */
function* readAndWrite(
  net: Network,
  transport: StreamTransport,
  file: FileSource,
  { offset, count }: Portion,
): Generator<unknown, number, unknown> {
  const reader = new FileReader(net.loop, file);
  const block = Buffer.allocUnsafe(Math.min(count ?? BLOCK_BYTES, BLOCK_BYTES));
  const flow = new FileFlow(net.loop, transport);
  transport[kBeginOperation](flow);
  let sent = 0;
  try {
    for (;;) {
      const wanted = count === null ? block.length : Math.min(count - sent, block.length);
      if (wanted === 0) return sent;
      const bytes = yield* reader.read(block.subarray(0, wanted), offset + sent);
      if (bytes === 0) return sent;
      yield* flow.drain();
      transport[kWriteForOperation](block.subarray(0, bytes));
      sent += bytes;
      reader.advanceTo(offset + sent);
    }
  } catch (error) {
    throw Object.assign(error as Error, { bytesSent: sent });
  } finally {
    transport[kEndOperation]();
  }
}

function closedByPeer(): NodeJS.ErrnoException {
  return Object.assign(new Error('Connection is closed by peer'), { code: 'ECONNRESET', bytesSent: 0 });
}
