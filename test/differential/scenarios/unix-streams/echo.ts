import { Buffer } from 'node:buffer';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type Address,
  openUnixConnection,
  type StreamReader,
  type StreamWriter,
  startUnixServer,
} from 'bight';
import { newFuture } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const lane = trace.lane('server');
  const done = newFuture();
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-'));
  const place = path.join(folder, 'socket');

  const serve = async (reader: StreamReader, writer: StreamWriter) => {
    lane('names', (writer.getExtraInfo('sockname') as Address) === place, writer.getExtraInfo('peername'));
    const line = await reader.readline();
    writer.write(line);
    lane(await reader.read());
    writer.close();
    await writer.waitClosed();
    done.setResult(undefined);
  };

  const server = await startUnixServer(serve, { path: place });
  trace(existsSync(place), server.sockets.length, server.sockets[0]!.getsockname<string>() === place);
  const [reader, writer] = await openUnixConnection({ path: place });
  trace((writer.getExtraInfo('peername') as Address) === place, writer.getExtraInfo('sockname'));
  writer.write(Buffer.from('hello\nand more'));
  trace(await reader.readline());
  writer.writeEof();
  trace(await reader.read(), reader.atEof());
  writer.close();
  await writer.waitClosed();
  await done;
  server.close();
  await server.waitClosed();
  trace(server.sockets.length);
  try {
    await openUnixConnection({ path: place });
  } catch (error) {
    trace(trace.kind(error));
  }
  rmSync(folder, { recursive: true });
}
