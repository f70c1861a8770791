import type { Configuration } from '../consensus/configuration.js';
import type { Entry, Snapshot } from '../consensus/entry.js';
import type { Changes, Durable } from '../consensus/raft.js';
import { type Files, type OpenFile, readIfThere, replaceFile } from './files.js';
import { readRecords, toLine } from './records.js';

type Line = Omit<Changes, 'snapshot'>;

const LOG = 'log';
const SNAPSHOT = 'snapshot';

/**
 * The storage of a node: a snapshot, and a log of the changes since, a line for each. A new snapshot is written first;
 * if a crash leaves an old log beside it, the beginning of the log is skipped.
 */
export class Storage {
  readonly #files: Files;
  #log: OpenFile | null = null;

  constructor(files: Files) {
    this.#files = files;
  }

  /**
   * Reads the files, and rewrites the log without the remains of a crash.
   *
   * @param members - of a new cluster
   */
  async load(members: Configuration): Promise<Durable> {
    const [snapshot = { index: 0, term: 0, members, state: '' }] = readRecords<Snapshot>(
      await readIfThere(this.#files, SNAPSHOT),
    );
    const durable = merge(snapshot, readRecords<Line>(await readIfThere(this.#files, LOG)));
    await this.#rewrite({ ...durable, after: snapshot.index });
    return durable;
  }

  /** Saves changes, and synchronizes them. */
  async save({ snapshot, ...line }: Changes): Promise<void> {
    if (snapshot !== null) {
      await replaceFile(this.#files, SNAPSHOT, toLine(snapshot));
      await this.#rewrite(line);
      return;
    }
    const log = this.#log as OpenFile;
    await log.write(toLine(line));
    await log.sync();
  }

  async close(): Promise<void> {
    await this.#log?.close();
    this.#log = null;
  }

  async #rewrite({ term, votedFor, after, entries }: Line): Promise<void> {
    await this.close();
    await replaceFile(this.#files, LOG, toLine({ term, votedFor, after, entries }));
    this.#log = await this.#files.open(LOG, 'a');
  }
}

/** Applies the lines of a log, without the entries in the snapshot. */
function merge(snapshot: Snapshot, lines: Iterable<Line>): Durable {
  let [term, votedFor, base]: [number, string | null, number | null] = [0, null, null];
  const entries: Entry[] = [];
  for (const line of lines) {
    ({ term, votedFor } = line);
    base ??= line.after;
    entries.splice(line.after - base, entries.length, ...line.entries);
  }
  const old = snapshot.index - (base ?? snapshot.index);
  const isSame = old === 0 || entries[old - 1]?.term === snapshot.term;
  return { term, votedFor, snapshot, entries: isSame ? entries.slice(old) : [] };
}
