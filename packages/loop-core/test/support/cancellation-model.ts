import { isOurs } from './cancellation-code.js';

/** A cancel that code has to meet: of a task, or of the time limit whose end has come. */
export interface Request {
  isSeen: boolean;
  /** Whether it came from outside, when no microtask was left to run. */
  isClean: boolean;
  /** Whether code may meet it, and need not: a group that fails cancels its body, if that still runs. */
  isOptional: boolean;
  /** When it was seen: how many foreign waits there were in the task until then. */
  foreignWaits: number;
}

/** A piece of code that the library can reach as a whole: a task, or the code of a block. */
export interface Frame {
  kind: 'task' | 'timeout' | 'scope' | 'group' | 'helper';
  parent: Frame | null;
  root: Frame;
  isOver: boolean;
  /** For groups: whether the library has left it, which code that still runs inside of it may see first. */
  hasEnded: (() => boolean) | null;
  /** Whether its code has ended; a group then still waits for its children. */
  isLeft: boolean;
  requests: Request[];
  /** For scopes and groups: whether every wait inside throws. */
  isCancelled: boolean;
  isShield: boolean;
  /** For tasks: cancels, less what was taken back. */
  cancels: number;
  /** For tasks: waits whose end the loop does not see. */
  foreignWaits: number;
  /** For tasks: the code of a block in a helper may still run, so that what is counted is not known. */
  hasHelpers: boolean;
  signal: (() => AbortSignal) | null;
  /** For tasks: whether code has asked for the signal. */
  readsSignal: boolean;
}

/**
 * The invariants of the cancels of a program: a small model of which cancels were requested, and which code met them.
 */
export class CancellationModel {
  /** Where the program contradicts it. */
  readonly violations: string[] = [];
  /** Whether a cancel comes from outside now, when no microtask is left to run. */
  isDriving = false;

  complain(what: string): void {
    this.violations.push(what);
  }

  frame(kind: Frame['kind'], parent: Frame | null, isShield = false): Frame {
    const frame: Frame = {
      kind,
      parent,
      root: null as never,
      isOver: false,
      hasEnded: null,
      isLeft: false,
      requests: [],
      isCancelled: false,
      isShield,
      cancels: 0,
      foreignWaits: 0,
      hasHelpers: false,
      signal: null,
      readsSignal: false,
    };
    frame.root = kind === 'task' || parent === null ? frame : parent.root;
    return frame;
  }

  request(frame: Frame): void {
    frame.requests.push({ isSeen: false, isClean: this.isDriving, isOptional: false, foreignWaits: 0 });
  }

  allow(frame: Frame): void {
    frame.requests.push({ isSeen: false, isClean: false, isOptional: true, foreignWaits: 0 });
  }

  /** The frames of one task around a piece of code. */
  *around(frame: Frame): Generator<Frame, void> {
    for (let at: Frame | null = frame; at !== null; at = at === frame.root ? null : at.parent) yield at;
  }

  /** Whether the library still knows what waits here. */
  isReachable(frame: Frame): boolean {
    return [...this.around(frame)].every(({ isOver, isLeft }) => !isOver && !isLeft);
  }

  isLevelCancelled(frame: Frame): boolean {
    for (let at: Frame | null = frame; at !== null; at = at.parent) {
      if (at.isOver || at.hasEnded?.() === true) continue;
      if (at.isCancelled) return true;
      if (at.isShield) return false;
    }
    return false;
  }

  /**
   * Whether the cancel of a scope around a task reaches it, also through code that has ended and left a helper behind.
   */
  isReachedFrom(frame: Frame, scope: Frame): boolean {
    for (let at = frame.parent; at !== null; at = at.parent) {
      if (at === scope) return true;
      if (at.isShield && !at.isOver) return false;
    }
    return false;
  }

  /** What of the requests the code has still to meet. */
  owed(frame: Frame): Request[] {
    return [...this.around(frame)].flatMap(({ requests }) =>
      requests.filter(({ isSeen, isOptional }) => !isSeen && !isOptional),
    );
  }

  /** One of our errors has come out of a wait. */
  noteSeen(frame: Frame): void {
    const { root } = frame;
    const all = [...this.around(frame)].flatMap(({ requests }) => requests);
    if (this.isReachable(frame) && !this.isLevelCancelled(frame)) {
      const isRepeated = all.some(
        (one) => one.isSeen && (root.foreignWaits > one.foreignWaits || root.hasHelpers),
      );
      if (!all.some(({ isSeen }) => !isSeen) && !isRepeated)
        this.complain('a CancelledError without a cancel');
    }
    for (const one of all) {
      one.isSeen = true;
      one.foreignWaits = root.foreignWaits;
    }
  }

  /** An error comes out of a block: the library has met the cancel, if not the code inside. */
  noteLeft(frame: Frame, error: unknown): void {
    if (isOurs(error)) this.notePassedOn(frame);
  }

  /** What the code waited for has got the cancel in its place, and has ended. */
  notePassedOn(frame: Frame): void {
    for (const { requests } of this.around(frame)) {
      for (const one of requests) {
        // Where code has met it before, behind a foreign promise, the library does not know of that.
        if (!one.isSeen) one.foreignWaits = frame.root.foreignWaits;
        one.isSeen = true;
      }
    }
  }
}
