import type { Configuration } from '../consensus/configuration.js';
import type { Entry, Snapshot } from '../consensus/entry.js';
import type { Changes, Durable } from '../consensus/raft.js';
import { type Files, type OpenFile, readIfThere, replaceFile } from './files.js';
import { readRecords, toLine } from './records.js';

type Line = Omit<Changes, 'snapshot'>;

const LOG = 'log';
const SNAPSHOT = 'snapshot';

/**
 * The disk of a node: a snapshot, and a log of what has changed since, a line for each change. A new snapshot comes
 * first; where a crash leaves an old log beside it, the log's beginning is left out.
 */
export class Storage {
  readonly #files: Files;
  #log: OpenFile | null = null;

  constructor(files: Files) {
    this.#files = files;
  }

  /**
   * Reads what is there, and writes the log anew: what a crash has left at its end is gone then.
   *
   * @param members - of a cluster that begins
   */
  async load(members: Configuration): Promise<Durable> {
    const [snapshot = { index: 0, term: 0, members, state: '' }] = readRecords<Snapshot>(
      await readIfThere(this.#files, SNAPSHOT),
    );
    const durable = merge(snapshot, readRecords<Line>(await readIfThere(this.#files, LOG)));
    await this.#rewrite({ ...durable, after: snapshot.index });
    return durable;
  }

  /** Brings changes to the disk. */
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

/** Follows the lines of a log, and leaves out what the snapshot has. */
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
