import type { Changes } from '../consensus/raft.js';
import { Rules } from '../consensus/rules.js';
import type { Files } from '../storage/files.js';
import { Storage } from '../storage/storage.js';

/** Faulty parts of a node, which replace the right ones. */
export interface Plant {
  readonly rules?: Rules;
  readonly createStorage?: (files: Files) => Storage;
  readonly files?: (files: Files) => Files;
}

class ForgetfulStorage extends Storage {
  override save(changes: Changes): Promise<void> {
    return super.save({ ...changes, votedFor: null });
  }
}

class HastyRules extends Rules {
  override mayCommit(): boolean {
    return true;
  }
}

class CarelessRules extends Rules {
  override isFollowed(): boolean {
    return true;
  }

  override mayRead(): boolean {
    return true;
  }
}

class BlindRules extends Rules {
  override isUpToDate(): boolean {
    return true;
  }
}

function withoutSync(files: Files): Files {
  return {
    readFile: (name) => files.readFile(name),
    rename: (from, to) => files.rename(from, to),
    syncDirectory: async () => {},
    async open(name, flag) {
      const file = await files.open(name, flag);
      return { write: (bytes) => file.write(bytes), sync: async () => {}, close: () => file.close() };
    },
  };
}

/** Faults that a test has to find. None is in the program: each replaces one of its parts. */
export const PLANTED_BUGS = {
  'two votes in a term after a restart': { createStorage: (files: Files) => new ForgetfulStorage(files) },
  'commit of an entry of an old term': { rules: new HastyRules() },
  'a missing fsync': { files: withoutSync },
  'a lost lease': { rules: new CarelessRules() },
  'a vote for an old log': { rules: new BlindRules() },
} satisfies Record<string, Plant>;

export type PlantedBug = keyof typeof PLANTED_BUGS;
