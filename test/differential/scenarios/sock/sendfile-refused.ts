import { closeSync, openSync } from 'node:fs';
import { SOCK_DGRAM } from '@bight/sockets';
import type { FileSource, SendfileOptions } from 'bight';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using streams = pair();
  using datagrams = pair({ type: SOCK_DGRAM });
  using pipe = pair();
  const { a, b } = streams;

  const attempt = async (sock: typeof a, file: FileSource, options: SendfileOptions): Promise<void> => {
    try {
      trace(await loop.sockSendfile(sock, file, options));
    } catch (error) {
      trace(trace.kind(error));
    }
  };

  const file = openSync('package.json', 'r');
  await attempt(datagrams.a, file, {});
  await attempt(a, file, { count: 0 });
  await attempt(a, file, { count: -1 });
  await attempt(a, file, { offset: -1 });
  await attempt(a, pipe.a.fileno(), {});
  await attempt(a, pipe.a.fileno(), { count: 7, fallback: false });
  b.close();
  await attempt(a, file, { count: 7, fallback: false });
  try {
    await loop.sockSendfile(a, file, { count: 7 });
  } catch (error) {
    trace(error, 0);
  }
  closeSync(file);
}
