import { closeSync, openSync } from 'node:fs';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  const nothing = (): void => {};

  const attempt = (call: () => unknown): void => {
    try {
      trace(call());
    } catch (error) {
      trace(trace.kind(error));
    }
  };

  const fd = openSync('package.json', 'r');
  for (const add of ['addReader', 'addWriter'] as const) {
    attempt(() => loop[add](fd, nothing));
    attempt(() => loop[add](-1, nothing));
    try {
      loop[add](987654, nothing);
    } catch (error) {
      trace(error);
    }
  }
  attempt(() => loop.removeReader(fd));
  attempt(() => loop.removeWriter(fd));
  attempt(() => loop.removeReader(987654));
  closeSync(fd);
  {
    using sockets = pair();
    sockets.b.close();
    attempt(() => loop.addReader(sockets.b, nothing));
  }
  {
    using sockets = pair();
    const { a } = sockets;
    loop.addReader(a.fileno(), nothing);
    trace(loop.removeWriter(a.fileno()), loop.removeReader(a));
  }
}
