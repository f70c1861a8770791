import { type TlsConnection, tlsNumbers } from '../../src/low-level.js';

const { FLAG_FAILED, FLAG_MORE, FLAG_SECURED } = tlsNumbers;

/** One end of a conversation in memory. */
export interface End {
  readonly connection: TlsConnection;
  readonly received: Buffer[];
  /** All flags of all calls. */
  flags: number;
  isSecured: boolean;
}

/** An end that has received nothing yet. */
export function endOf(connection: TlsConnection): End {
  return { connection, received: [], flags: 0, isSecured: false };
}

/** What is to be sent after a call, to be kept. */
export function outputOf({ connection }: End): Buffer {
  return Buffer.from(connection.output() ?? []);
}

/** Gives an end what has come, and returns what it has to send. */
export function feed(end: End, bytes: Buffer, room = Buffer.alloc(300_000)): Buffer {
  const { connection } = end;
  const out: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const flags = connection.feed(rest, room);
    end.flags |= flags;
    rest = rest.subarray(connection.consumed);
    if (connection.plainLength > 0) end.received.push(Buffer.from(room.subarray(0, connection.plainLength)));
    out.push(outputOf(end));
    if ((flags & FLAG_SECURED) !== 0) end.isSecured = true;
    const goesOn = (flags & (FLAG_MORE | FLAG_SECURED)) !== 0 && (flags & FLAG_FAILED) === 0;
    if (!goesOn) return Buffer.concat(out);
  }
}

/** Writes all of the bytes, and returns what is to be sent. */
export function write(end: End, bytes: Buffer): Buffer {
  const out: Buffer[] = [];
  for (let offset = 0; offset < bytes.length; offset += end.connection.consumed) {
    end.flags |= end.connection.write(bytes, offset);
    out.push(outputOf(end));
    if ((end.flags & FLAG_FAILED) !== 0) break;
  }
  return Buffer.concat(out);
}

/** Lets two ends talk until neither has anything to send. */
export function talk(client: End, server: End): void {
  let toServer = feed(client, Buffer.alloc(0));
  for (let round = 0; toServer.length > 0 && round < 20; round++) {
    const toClient = feed(server, toServer);
    toServer = feed(client, toClient);
  }
}
