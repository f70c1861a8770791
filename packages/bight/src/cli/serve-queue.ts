import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '@bight/loop-core';
import { openSignalReceiver } from '@bight/loop-signals';
import { refuseUsage, type Subcommand } from './subcommand.js';

/** What `bight worker` uses of `@bight/executor-bullmq`, which is no dependency of this package. */
interface ExecutorPackage {
  readonly QueueWorker: new (options: {
    queue: string;
    connection: string;
    modules: readonly string[];
    concurrency: number;
    lock: number;
    onError: (error: unknown) => unknown;
  }) => { start(): Promise<void>; close(): Promise<void> };
}

const PACKAGE = '@bight/executor-bullmq';
const DEFAULT_CONNECTION = 'redis://127.0.0.1:6379';
const DEFAULT_LOCK_SECONDS = 30;

/** `bight worker`: takes jobs from a queue. */
export const worker: Subcommand = {
  usage: 'worker <queue> [...modules]',
  summary:
    'Calls the functions of the modules for the jobs of a queue; on SIGTERM it finishes what is running',
  options: [
    { flags: '--connection <url>', description: 'where Redis or Valkey is', default: DEFAULT_CONNECTION },
    { flags: '--concurrency <n>', description: 'how many jobs run at once', default: 1 },
    {
      flags: '--lock <seconds>',
      description: 'after how long without a sign of life a job begins elsewhere',
      default: DEFAULT_LOCK_SECONDS,
    },
  ],
  async run([queue, modules], { connection, concurrency, lock }) {
    const addresses = (modules as readonly string[]).map(addressOf);
    if (addresses.length === 0)
      return await refuseUsage('a module is missing, whose exports are to be called');
    if (!Number.isInteger(concurrency) || (concurrency as number) < 1) {
      return await refuseUsage(`--concurrency must be an integer of at least 1, not ${concurrency}`);
    }
    if (typeof lock !== 'number' || !(lock > 0))
      return await refuseUsage(`--lock must be more than 0 seconds, not ${lock}`);
    const { QueueWorker } = await loadPackage();
    // Jobs have what every program with bight has: its loop, and a pool of threads.
    await import('../index.js');
    await run(async () => {
      using signals = openSignalReceiver('SIGTERM', 'SIGINT');
      const served = await makeWorker(QueueWorker, {
        queue: String(queue),
        connection: String(connection),
        modules: addresses,
        concurrency: concurrency as number,
        lock,
        onError: reportOnce(),
      });
      await served.start();
      process.stdout.write('ready\n');
      for await (const _ of signals) break;
      // A second signal has its default action.
      signals[Symbol.dispose]();
      await served.close();
    });
    return 0;
  },
};

async function makeWorker(
  QueueWorker: ExecutorPackage['QueueWorker'],
  options: ConstructorParameters<ExecutorPackage['QueueWorker']>[0],
): Promise<InstanceType<ExecutorPackage['QueueWorker']>> {
  try {
    return new QueueWorker(options);
  } catch (error) {
    return await refuseUsage((error as Error).message);
  }
}

/** The address of a module, by its path or as it is. */
function addressOf(module: string): string {
  return /^[a-z]{2,}:/.test(module) ? module : pathToFileURL(path.resolve(module)).href;
}

/** Writes errors to standard error, the same one in a row only once. */
function reportOnce(): (error: unknown) => void {
  let last = '';
  return (error) => {
    const { message = String(error) } = Object(error) as Partial<Error>;
    if (message === last) return;
    last = message;
    process.stderr.write(`bight: ${message}\n`);
  };
}

/** The package: of the program in whose folder `bight` runs, or beside this one. */
async function loadPackage(): Promise<ExecutorPackage> {
  let found: string = PACKAGE;
  try {
    found = pathToFileURL(createRequire(path.join(process.cwd(), 'program.js')).resolve(PACKAGE)).href;
  } catch {
    // It may still be installed beside this package.
  }
  try {
    return (await import(found)) as ExecutorPackage;
  } catch (error) {
    const { code, message = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(PACKAGE)) throw error;
    throw new Error(
      `'bight worker' needs the package ${PACKAGE}, which is not installed: npm install ${PACKAGE}`,
    );
  }
}
