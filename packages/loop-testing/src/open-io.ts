import process from 'node:process';

// What Node lists among the resources and is no input or output.
const NO_IO = new Set(['Timeout', 'Immediate', 'TickObject']);

/** Tells whether real input or output is open that was not when this was made: the pipes of a test runner do not count. */
export class OpenIo {
  readonly #before = count();

  /** Whether sockets, servers, requests, processes or threads keep this process alive that are new. */
  get any(): boolean {
    for (const [kind, number] of count()) if (number > (this.#before.get(kind) ?? 0)) return true;
    return false;
  }
}

function count(): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!NO_IO.has(kind)) numbers.set(kind, (numbers.get(kind) ?? 0) + 1);
  }
  return numbers;
}
