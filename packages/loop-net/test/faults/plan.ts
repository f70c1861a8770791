import { openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';

// As `struct plan` of shim.c has it.
const NAME_BYTES = 16;
const CALLS = 40;
const NTH = 4;
const ERROR = 8;
const INJECTED = 12;
const CALL = 16;
const COUNTS = CALL + NAME_BYTES;
const PLAN_BYTES = COUNTS + CALLS * (NAME_BYTES + 4);

/** The name of an error that a call may fail with; `short` for a call that moves fewer bytes than it could. */
export type Failure = keyof typeof constants.errno | 'short';

/** Which call fails, and how. */
export interface Fault {
  readonly call: string;
  /** The first is 1. */
  readonly nth: number;
  readonly failure: Failure;
}

/** The file that names, to the shim in a process, which system call is to fail. */
export class Plan {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'r+');
  }

  /** Makes an empty one, before the process starts that loads the shim. */
  static create(path: string): void {
    writeFileSync(path, Buffer.alloc(PLAN_BYTES));
  }

  /** From now on calls are counted, and the fault, if there is one, happens. */
  arm(fault: Fault | null): void {
    const bytes = Buffer.alloc(PLAN_BYTES);
    bytes.writeUInt32LE(1, 0);
    if (fault !== null) {
      bytes.writeUInt32LE(fault.nth, NTH);
      bytes.writeInt32LE(fault.failure === 'short' ? 0 : constants.errno[fault.failure], ERROR);
      bytes.write(fault.call, CALL, 'latin1');
    }
    writeSync(this.#fd, bytes, 0, PLAN_BYTES, 0);
  }

  /** From now on nothing fails. @returns whether a fault happened, and how often each call was made */
  disarm(): { isInjected: boolean; counts: Map<string, number> } {
    writeSync(this.#fd, Buffer.alloc(4), 0, 4, 0);
    const bytes = Buffer.alloc(PLAN_BYTES);
    readSync(this.#fd, bytes, 0, PLAN_BYTES, 0);
    const counts = new Map<string, number>();
    for (let at = COUNTS; at < PLAN_BYTES && bytes[at] !== 0; at += NAME_BYTES + 4) {
      const name = bytes.toString('latin1', at, at + NAME_BYTES).replace(/\0.*/s, '');
      counts.set(name, bytes.readUInt32LE(at + NAME_BYTES));
    }
    return { isInjected: bytes.readUInt32LE(INJECTED) > 0, counts };
  }
}
