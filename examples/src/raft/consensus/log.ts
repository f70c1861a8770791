import type { Configuration } from './configuration.js';
import type { Entry, Snapshot } from './entry.js';

/** The replicated log: a snapshot of old entries, and the entries since. */
export class Log {
  #snapshot: Snapshot;
  #entries: Entry[];
  /** The indexes of the entries that change the members. */
  #changes: number[] = [];
  #savedIndex: number;

  /** Makes a log from the snapshot and the entries on disk. */
  constructor(snapshot: Snapshot, entries: readonly Entry[]) {
    this.#snapshot = snapshot;
    this.#entries = [...entries];
    this.#savedIndex = this.lastIndex;
    this.#noteChanges(snapshot.index + 1);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  get lastIndex(): number {
    return this.#snapshot.index + this.#entries.length;
  }

  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.#snapshot.term;
  }

  /** The number of entries since the snapshot. */
  get length(): number {
    return this.#entries.length;
  }

  /** The index up to which the log is on disk. */
  get savedIndex(): number {
    return this.#savedIndex;
  }

  /** The members. A change takes effect as soon as its entry is in the log. */
  get members(): Configuration {
    return this.membersAt(this.lastIndex);
  }

  /** The index of the last entry that changed the members. */
  get membersIndex(): number {
    return this.#changes.at(-1) ?? this.#snapshot.index;
  }

  membersAt(index: number): Configuration {
    const change = this.#changes.findLast((one) => one <= index);
    if (change === undefined) return this.#snapshot.members;
    return (this.entry(change) as Entry & { kind: 'members' }).members;
  }

  /** An entry of the log that is not only in its snapshot. */
  entry(index: number): Entry {
    return this.#entries[index - this.#snapshot.index - 1] as Entry;
  }

  /** The term of an entry; `null` if it is unknown. */
  termAt(index: number): number | null {
    if (index === this.#snapshot.index) return this.#snapshot.term;
    return this.#entries[index - this.#snapshot.index - 1]?.term ?? null;
  }

  /** The entries after an index, up to a limit. */
  after(index: number, most = Number.POSITIVE_INFINITY): Entry[] {
    const begin = index - this.#snapshot.index;
    return this.#entries.slice(begin, begin + most);
  }

  append(entry: Entry): void {
    this.replaceAfter(this.lastIndex, [entry]);
  }

  /** Replaces all entries after an index. */
  replaceAfter(index: number, entries: readonly Entry[]): void {
    this.#entries.splice(index - this.#snapshot.index, this.#entries.length, ...entries);
    this.#savedIndex = Math.min(this.#savedIndex, index);
    this.#noteChanges(index + 1);
  }

  /** Replaces the entries that are in a snapshot by it, or all entries if the log differs. */
  replaceBy(snapshot: Snapshot): void {
    const isSame = this.termAt(snapshot.index) === snapshot.term;
    const kept = isSame ? this.after(snapshot.index) : [];
    this.#snapshot = snapshot;
    this.#entries = kept;
    this.#savedIndex = isSame ? Math.max(this.#savedIndex, snapshot.index) : snapshot.index;
    this.#noteChanges(snapshot.index + 1);
  }

  /** Records that the whole log is on disk. */
  noteSaved(): void {
    this.#savedIndex = this.lastIndex;
  }

  #noteChanges(first: number): void {
    this.#changes = this.#changes.filter((index) => index > this.#snapshot.index && index < first);
    for (let index = first; index <= this.lastIndex; index++) {
      if (this.entry(index).kind === 'members') this.#changes.push(index);
    }
  }
}
