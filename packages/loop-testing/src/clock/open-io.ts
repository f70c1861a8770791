import process from 'node:process';

// What Node lists among the resources and is no input or output.
const TURNS = ['Immediate', 'TickObject'];
const TIMERS = ['Timeout'];

/** What Node knows of a `Worker`. */
interface Thread {
  hasRef(): boolean | undefined;
}

// Those that code of a simulation has started.
const threads = new Set<Thread>();

/** Reports whether real input or output is open that was not when this was made: a test runner's pipes do not count. */
export class OpenIo {
  readonly #ignored: ReadonlySet<string>;
  readonly #before: ReadonlyMap<string, number>;
  readonly #threadsBefore: ReadonlySet<Thread> = new Set(threads);

  /** @param options.timers - whether timers that are new count, too */
  constructor({ timers = false } = {}) {
    this.#ignored = new Set(timers ? TURNS : [...TURNS, ...TIMERS]);
    openStandardStreams();
    this.#before = this.#count();
  }

  /** Notes a thread: Node does not list those among the resources. */
  static noteThread(thread: Thread): void {
    threads.add(thread);
  }

  /** Whether sockets, servers, requests, processes or threads keep this process alive that are new. */
  get hasAny(): boolean {
    for (const thread of threads) {
      const isRunning = thread.hasRef();
      if (isRunning && !this.#threadsBefore.has(thread)) return true;
      // One that is over does not know.
      if (isRunning === undefined) threads.delete(thread);
    }
    for (const [kind, number] of this.#count()) if (number > (this.#before.get(kind) ?? 0)) return true;
    return false;
  }

  #count(): Map<string, number> {
    const numbers = new Map<string, number>();
    for (const kind of process.getActiveResourcesInfo()) {
      if (!this.#ignored.has(kind)) numbers.set(kind, (numbers.get(kind) ?? 0) + 1);
    }
    return numbers;
  }
}

/** Node opens a pipe for what is printed when a program prints for the first time. */
function openStandardStreams(): void {
  for (const name of ['stdout', 'stderr'] as const) {
    try {
      void process[name];
    } catch {
      // What cannot be opened is not open.
    }
  }
}
