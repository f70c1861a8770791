import { openConnection, Queue, type StreamReader, type StreamWriter, startServer, timeout } from 'bight';
import { parseAddress } from '../../command-line/parse-address.js';
import { isLoss } from './loss.js';
import type { OpenTransport } from './transport.js';

const HEADER_BYTES = 4;
const LONGEST_BYTES = 2 ** 20;
const MOST_WAITING = 64;
// A connection may be half open: its other end has crashed or is unreachable.
const PATIENCE_SECONDS = 1;

/**
 * A connection to each other node, made at the first message. The receiver acknowledges each message by a byte, so that
 * a dead connection is noticed. Until then the next messages wait, and are sent together.
 */
export const openTcp: OpenTransport = async (group, address, receive) => {
  const server = await startServer(
    (reader, writer) => receiveFrom(reader, writer, receive),
    parseAddress(address),
  );
  const peers = new Map<string, Queue<Uint8Array>>();
  return {
    send(to, bytes) {
      let waiting = peers.get(to);
      if (waiting === undefined) {
        const queue = new Queue<Uint8Array>({ maxsize: MOST_WAITING });
        peers.set(to, queue);
        waiting = queue;
        group.createTask(() => sendTo(to, queue));
      }
      if (!waiting.full()) waiting.putNowait(bytes);
    },
    close: () => server.close(),
  };
};

/** Sends waiting messages, and connects again when the connection is lost, which loses messages in flight. */
async function sendTo(address: string, waiting: Queue<Uint8Array>): Promise<never> {
  for (;;) {
    const first = await waiting.get();
    try {
      const [reader, writer] = await timeout(PATIENCE_SECONDS).run(() =>
        openConnection(parseAddress(address)),
      );
      try {
        for (let next = first; ; next = await waiting.get()) {
          const count = write(writer, next, waiting);
          await timeout(PATIENCE_SECONDS).run(() => reader.readexactly(count));
        }
      } finally {
        writer.transport.abort();
      }
    } catch (error) {
      if (!isLoss(error)) throw error;
    }
  }
}

function write(writer: StreamWriter, first: Uint8Array, waiting: Queue<Uint8Array>): number {
  const messages = [first];
  while (!waiting.empty()) messages.push(waiting.getNowait());
  for (const bytes of messages) {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(bytes.length);
    writer.write(header);
    writer.write(bytes);
  }
  return messages.length;
}

async function receiveFrom(
  reader: StreamReader,
  writer: StreamWriter,
  receive: (bytes: Buffer) => void,
): Promise<void> {
  try {
    for (;;) {
      const length = (await reader.readexactly(HEADER_BYTES)).readUInt32BE();
      if (length > LONGEST_BYTES) return;
      receive(await reader.readexactly(length));
      writer.write(Buffer.of(1));
    }
  } catch (error) {
    if (!isLoss(error)) throw error;
  } finally {
    writer.close();
  }
}
