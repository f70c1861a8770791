import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seek } from '@bight/sockets/low-level';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

const positionOf = (fd: number): number =>
  Number(/^pos:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))![1]);

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-scenario-'));
  const file = openSync(path.join(folder, 'file'), 'w+');
  rmSync(folder, { recursive: true });
  trace(await loop.sockSendfile(a, file));
  writeSync(file, '0123456789');
  const parts: [offset: number, count: number | null][] = [
    [0, null],
    [3, null],
    [3, 4],
    [8, 100],
    [20, null],
    [0, 2],
  ];
  for (const fallback of [true, false]) {
    for (const [offset, count] of parts) {
      seek(file, 1);
      const sent = await loop.sockSendfile(a, file, { offset, count, fallback });
      trace(sent, sent > 0 ? await loop.sockRecv(b, 100) : '', positionOf(file));
    }
  }
  closeSync(file);
}
