import type { Entry } from './messages.js';

/** An open file: Node's `FileHandle`, or one of a simulated disk. */
export interface LogFile {
  write(bytes: Uint8Array): Promise<unknown>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Where a node keeps its files: `node:fs/promises`, or a simulated disk. */
export interface Files {
  open(path: string, flag: 'a' | 'w'): Promise<LogFile>;
  readFile(path: string): Promise<Uint8Array>;
  rename(from: string, to: string): Promise<unknown>;
  syncDirectory(): Promise<void>;
}

/** What a node must not forget. */
export interface Durable {
  term: number;
  votedFor: string | null;
  log: Entry[];
}

type Entries = { readonly after: number; readonly entries: readonly Entry[] };
type Vote = { readonly term: number; readonly votedFor: string | null };

const PATH = 'raft.log';

/** The durable state of a node: a file to which every change is appended as a line of JSON. */
export class Storage {
  readonly #files: Files;
  readonly #syncs: boolean;
  #file: LogFile | null = null;

  /**
   * @param syncs - whether changes are brought to the disk before they count; a store that leaves this out loses
   * promises it has made
   */
  constructor(files: Files, syncs: boolean) {
    this.#files = files;
    this.#syncs = syncs;
  }

  /** Reads what is there, and writes it anew: behind the last line that is whole there may be remains of a crash. */
  async load(): Promise<Durable> {
    const state: Durable = { term: 0, votedFor: null, log: [] };
    const text = await this.#files.readFile(PATH).then(
      (bytes) => Buffer.from(bytes).toString(),
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return '';
      },
    );
    for (const line of text.split('\n').slice(0, -1)) {
      const change = parse(line);
      if (change === null) break;
      apply(state, change);
    }
    const fresh = await this.#files.open(`${PATH}.new`, 'w');
    await fresh.write(toLine(state));
    await fresh.write(toLine({ after: 0, entries: state.log }));
    await fresh.sync();
    await fresh.close();
    await this.#files.rename(`${PATH}.new`, PATH);
    await this.#files.syncDirectory();
    this.#file = await this.#files.open(PATH, 'a');
    return state;
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  async saveVote({ term, votedFor }: Vote): Promise<void> {
    await this.#append({ term, votedFor });
  }

  /** Keeps entries behind the first `after` ones; what stood there before is gone. */
  async saveEntries(after: number, entries: readonly Entry[]): Promise<void> {
    await this.#append({ after, entries });
  }

  async #append(change: Entries | Vote): Promise<void> {
    const file = this.#file as LogFile;
    await file.write(toLine(change));
    if (this.#syncs) await file.sync();
  }
}

function apply(state: Durable, change: Entries | Vote): void {
  if ('term' in change) {
    state.term = change.term;
    state.votedFor = change.votedFor;
  } else {
    state.log.splice(change.after, state.log.length, ...change.entries);
  }
}

function toLine(change: Entries | Vote): Buffer {
  const { term, votedFor } = change as Vote;
  const kept = 'entries' in change ? change : { term, votedFor };
  return Buffer.from(`${JSON.stringify(kept)}\n`);
}

function parse(line: string): Entries | Vote | null {
  try {
    return JSON.parse(line) as Entries | Vote;
  } catch {
    return null;
  }
}
