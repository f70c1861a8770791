import { type AbstractServer, type StreamReader, type StreamWriter, startServer } from 'bight';
import { parseAddress } from '../../command-line/parse-address.js';
import { isLoss } from '../transport/loss.js';
import { parseRequest, type Reply, type Request } from './requests.js';

// An entry must fit into a datagram, with a few others.
const LONGEST_LINE_BYTES = 2048;

/** Answers clients: a line of JSON for each line of JSON. */
export function serveClients(
  address: string,
  respond: (request: Request) => PromiseLike<Reply>,
): PromiseLike<AbstractServer> {
  const limit = LONGEST_LINE_BYTES;
  return startServer((reader, writer) => serve(reader, writer, respond), { ...parseAddress(address), limit });
}

async function serve(
  reader: StreamReader,
  writer: StreamWriter,
  respond: (request: Request) => PromiseLike<Reply>,
): Promise<void> {
  try {
    for (let line = await reader.readuntil(); ; line = await reader.readuntil()) {
      const request = parseRequest(line.toString());
      if (request === null) return;
      writer.write(Buffer.from(`${JSON.stringify(await respond(request))}\n`));
      await writer.drain();
    }
  } catch (error) {
    if (!isLoss(error)) throw error;
  } finally {
    writer.close();
  }
}
