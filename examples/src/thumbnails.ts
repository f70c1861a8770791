/**
 * Thumbnails of a folder of pictures, made by a fleet of workers.
 *
 *     thumbnails PICTURES THUMBNAILS [--size 320] [--workers N]
 *     thumbnails PICTURES THUMBNAILS [--size 320] --connection redis://127.0.0.1:6379 [--queue thumbnails]
 * Without `--connection` the workers are child processes; with it, the workers of the queue. On a terminal a bar shows
 * the progress. SIGINT (Ctrl-C) cancels all jobs, also running ones; the next run makes the missing thumbnails. See
 * thumbnails/README.md.
 */
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { QueueExecutor } from '@bight/executor-bullmq';
import { CancelledError, KeyboardInterrupt, run, TaskGroup, taskFrom } from 'bight';
import { SingleBar } from 'cli-progress';

type Resize = (picture: string, thumbnail: string, size: number) => Promise<void>;

interface Options {
  pictures: string;
  thumbnails: string;
  size: number;
  makeExecutor(): QueueExecutor;
}

const PICTURE = /\.(png|jpe?g|bmp|gif|tiff?)$/i;
const RETRIES = 2;
/** The time limit for a picture, after which another worker tries. */
const PATIENCE_SECONDS = 120;

const resize = taskFrom<Resize>(new URL('./thumbnails/resize.js', import.meta.url), 'resize');

/** The names of the pictures without a thumbnail, or with an older one; a resumed run needs no other state. */
async function withoutThumbnail({ pictures, thumbnails }: Options): Promise<string[]> {
  const names = (await readdir(pictures)).filter((name) => PICTURE.test(name)).sort();
  const changed = (folder: string, name: string) =>
    stat(path.join(folder, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.NEGATIVE_INFINITY,
    );
  const missing: string[] = [];
  for (const name of names) {
    if ((await changed(thumbnails, name)) < (await changed(pictures, name))) missing.push(name);
  }
  return missing;
}

/** Makes the missing thumbnails. Returns their number, and the failures. */
async function makeThumbnails(options: Options): Promise<{ count: number; failures: string[] }> {
  const { pictures, thumbnails, size, makeExecutor } = options;
  await mkdir(thumbnails, { recursive: true });
  const names = await withoutThumbnail(options);
  const failures: string[] = [];
  // The end of this scope waits for the workers, also for cancelled jobs.
  await using executor = makeExecutor();
  const bar = new SingleBar({ format: '{bar} {value}/{total} | {name}' });
  bar.start(names.length, 0, { name: '' });
  try {
    await TaskGroup.run(async (group) => {
      for (const name of names) group.createTask(() => make(name));
    });
  } finally {
    bar.stop();
  }
  return { count: names.length - failures.length, failures };

  async function make(name: string): Promise<void> {
    const files = [pictures, thumbnails].map((folder) => path.resolve(folder, name)) as [string, string];
    try {
      // By the key, two concurrent runs share the job.
      const options = { key: `${size} ${files[1]}`, retries: RETRIES, backoff: 1, timeout: PATIENCE_SECONDS };
      await executor.submit(resize, [...files, size], options);
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      failures.push(`${name}: ${error}`);
    }
    bar.increment({ name });
  }
}

function optionsOf(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      size: { type: 'string', default: '320' },
      workers: { type: 'string' },
      connection: { type: 'string' },
      queue: { type: 'string', default: 'thumbnails' },
    },
  });
  const [pictures, thumbnails] = positionals;
  if (pictures === undefined || thumbnails === undefined)
    throw new Error('usage: thumbnails PICTURES THUMBNAILS');
  const { connection, queue, workers } = values;
  const makeExecutor = () =>
    connection === undefined
      ? QueueExecutor.local({ maxWorkers: workers === undefined ? null : Number(workers) })
      : new QueueExecutor({ queue, connection });
  return { pictures, thumbnails, size: Number(values.size), makeExecutor };
}

const options = optionsOf(process.argv.slice(2));
try {
  const { count, failures } = await run(() => makeThumbnails(options));
  for (const failure of failures) console.error(failure);
  console.log(`${count} thumbnails made, ${failures.length} pictures failed`);
  if (failures.length > 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof KeyboardInterrupt)) throw error;
  console.log('cancelled; the next run makes the rest');
  process.exitCode = 130;
}
