import type { Configuration } from './configuration.js';
import type { Entry, Snapshot } from './entry.js';

/** The replicated log: a snapshot of what is old, and the entries since. */
export class Log {
  #snapshot: Snapshot;
  #entries: Entry[];
  /** The indexes of those entries that change the members. */
  #changes: number[] = [];
  #savedIndex: number;

  /** What was on the disk. */
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

  /** How many entries there are since the snapshot. */
  get length(): number {
    return this.#entries.length;
  }

  /** Up to where it is on the disk. */
  get savedIndex(): number {
    return this.#savedIndex;
  }

  /** The members. A change counts as soon as its entry is in the log. */
  get members(): Configuration {
    return this.membersAt(this.lastIndex);
  }

  /** The index of the entry that made the members what they are. */
  get membersIndex(): number {
    return this.#changes.at(-1) ?? this.#snapshot.index;
  }

  membersAt(index: number): Configuration {
    const change = this.#changes.findLast((one) => one <= index);
    if (change === undefined) return this.#snapshot.members;
    return (this.entry(change) as Entry & { kind: 'members' }).members;
  }

  /** An entry that is in the log, and not only in its snapshot. */
  entry(index: number): Entry {
    return this.#entries[index - this.#snapshot.index - 1] as Entry;
  }

  /** The term of an entry; `null` where that is not known, or no longer. */
  termAt(index: number): number | null {
    if (index === this.#snapshot.index) return this.#snapshot.term;
    return this.#entries[index - this.#snapshot.index - 1]?.term ?? null;
  }

  /** The entries that follow an index, up to a limit. */
  after(index: number, most = Number.POSITIVE_INFINITY): Entry[] {
    const begin = index - this.#snapshot.index;
    return this.#entries.slice(begin, begin + most);
  }

  append(entry: Entry): void {
    this.replaceAfter(this.lastIndex, [entry]);
  }

  /** Puts entries behind an index, in the place of all that stood there. */
  replaceAfter(index: number, entries: readonly Entry[]): void {
    this.#entries.splice(index - this.#snapshot.index, this.#entries.length, ...entries);
    this.#savedIndex = Math.min(this.#savedIndex, index);
    this.#noteChanges(index + 1);
  }

  /** Takes a snapshot in the place of the entries that are in it, or of all if the log is another one. */
  replaceBy(snapshot: Snapshot): void {
    const isSame = this.termAt(snapshot.index) === snapshot.term;
    const kept = isSame ? this.after(snapshot.index) : [];
    this.#snapshot = snapshot;
    this.#entries = kept;
    this.#savedIndex = isSame ? Math.max(this.#savedIndex, snapshot.index) : snapshot.index;
    this.#noteChanges(snapshot.index + 1);
  }

  /** Everything is on the disk now. */
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
