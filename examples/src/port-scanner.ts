/**
 * A port scanner: which TCP ports of a host accept connections?
 *
 *     port-scanner [host] [first-last] [--at-once 100] [--patience 1]
 * It tries every port at all addresses of the host (Happy Eyeballs, RFC 8305), a limited number of ports at once. On a
 * terminal a bar shows the progress. `--patience` is the number of seconds within which a port has to answer.
 */
import { parseArgs } from 'node:util';
import { getRunningLoop, openConnection, run, Semaphore, TaskGroup, TimeoutError, timeout } from 'bight';
import { SingleBar } from 'cli-progress';

/** The result for a port: it accepted the connection, refused it, or did not answer. */
type State = 'open' | 'closed' | 'silent';

// The delay before the next address is tried.
const HEAD_START_SECONDS = 0.1;

async function probe(host: string, port: number, patience: number): Promise<State> {
  try {
    return await timeout(patience).run(async (): Promise<State> => {
      const address = { host, port, happyEyeballsDelay: HEAD_START_SECONDS, allErrors: true };
      const [, writer] = await openConnection(address);
      writer.close();
      return 'open';
    });
  } catch (error) {
    if (error instanceof TimeoutError) return 'silent';
    if (isRefused(error)) return 'closed';
    throw error;
  }
}

/** Whether a port refused the connection: there is an error for each address, and some may be unreachable. */
function isRefused(error: unknown): boolean {
  return error instanceof AggregateError && error.errors.some(({ code }) => code === 'ECONNREFUSED');
}

/** Yields numbers from the first to the last. */
function* range([first, last]: readonly [number, number]): Generator<number> {
  for (let number = first; number <= last; number++) yield number;
}

interface Options {
  host: string;
  ports: readonly [first: number, last: number];
  atOnce: number;
  patience: number;
}

async function scan({ host, ports, atOnce, patience }: Options): Promise<Record<State, number[]>> {
  // An unknown name is one error, not one for each port.
  await getRunningLoop().getaddrinfo(host, null);

  const found: Record<State, number[]> = { open: [], closed: [], silent: [] };
  const places = new Semaphore({ value: atOnce });
  const bar = new SingleBar({
    format: '{bar} {percentage} % | port {port} | {open} open',
    clearOnComplete: true,
  });
  bar.start(ports[1] - ports[0] + 1, 0, { port: ports[0], open: 0 });
  try {
    await TaskGroup.run(async (group) => {
      for (const port of range(ports)) {
        const place = await places.acquire();
        group.createTask(async () => {
          using _ = place;
          found[await probe(host, port, patience)].push(port);
          bar.increment({ port, open: found.open.length });
        });
      }
    });
  } finally {
    bar.stop();
  }
  return found;
}

function optionsOf(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'at-once': { type: 'string', default: '100' },
      patience: { type: 'string', default: '1' },
    },
  });
  const [host = 'localhost', ports = '1-1024'] = positionals;
  const [first, last = first] = ports.split('-').map(Number);
  return {
    host,
    ports: [first as number, last as number],
    atOnce: Number(values['at-once']),
    patience: Number(values.patience),
  };
}

const options = optionsOf(process.argv.slice(2));
const found = await run(() => scan(options));
for (const port of found.open.sort((a, b) => a - b)) console.log(`${port} open`);
console.log(`${found.open.length} open, ${found.closed.length} closed, ${found.silent.length} silent`);
