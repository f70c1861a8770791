import { createHook } from 'node:async_hooks';
import { currentRunContext } from '@bight/contextvars/low-level';
import { OpenIo } from './open-io.js';

/** What the platform's own way to a turn returns, and work that ends by itself. */
type Resource = { hasRef?(): boolean; ondone?: unknown };

// A computation of `node:crypto`. Node announces those that are over when their function returns, too, and never
// reports their end; the others have a callback.
const COMPUTATION = /REQUEST$/;

// What Node calls work that ends by itself: a file operation, a lookup of a name, a computation in its thread pool.
const WORK = /^(FSREQ|GETADDRINFO|GETNAMEINFO|QUERYWRAP|RANDOMPRIME|CHECKPRIME|DERIVEBITS)|REQUEST$|REQ$/;

// Not work by themselves, and no input or output either; the last one is what contextvars keep a context in.
const TURNS = new Set([
  'PROMISE',
  'TickObject',
  'Timeout',
  'Microtask',
  'AsyncGenerator',
  'Immediate',
  'BIGHT_CONTEXT',
]);

/** The real work that the code of one loop has begun: while some is under way, a clock can hold. */
export class RealWork {
  readonly #owner: (loop: object) => boolean;
  readonly #hasTurnsOnly: boolean;
  readonly #underWay = new Map<number, { readonly type: string; readonly resource: Resource }>();
  readonly #seen = new Set<string>();
  /** Whether a resource was opened, by any code, since this was last set to `false`. */
  mayHaveOpened = true;

  /**
   * @param owner - whether work that is begun inside of a loop counts
   * @param hasTurnsOnly - whether nothing counts but the turns of the platform that code has requested
   */
  constructor(owner: (loop: object) => boolean, hasTurnsOnly: boolean) {
    this.#owner = owner;
    this.#hasTurnsOnly = hasTurnsOnly;
  }

  /** Whether something is under way, including a turn of the platform that the code has requested. */
  get isUnderWay(): boolean {
    if (this.#underWay.size === 0) {
      if (watchesEnds) RealWork.#leaveEnds();
      return false;
    }
    for (const [id, { type, resource }] of this.#underWay) {
      // A cancelled turn does not call back.
      if (resource.hasRef?.() === false) this.#underWay.delete(id);
      else if (COMPUTATION.test(type) && typeof resource.ondone !== 'function') this.#underWay.delete(id);
      else if (type !== 'Immediate') this.#seen.add(type);
    }
    return this.#underWay.size > 0;
  }

  /** What was under way at some time, as Node names it. */
  get seen(): string[] {
    return [...this.#seen].sort();
  }

  /** Begins to watch. */
  start(): void {
    watching.add(this);
    hook.enable();
  }

  /** Ends watching; what is under way is forgotten. */
  stop(): void {
    watching.delete(this);
    this.#underWay.clear();
    if (watching.size > 0) return;
    hook.disable();
    watchEnds(false);
  }

  /** Work that Node does not see begins, such as that of an executor. @returns a function that ends it */
  begin(kind: string): () => void {
    const id = --foreign;
    this.#underWay.set(id, { type: kind, resource: {} });
    return () => this.#underWay.delete(id);
  }

  /** Node has made a resource. */
  began(id: number, type: string, loop: object | null, resource: object): void {
    if (loop === null || (this.#hasTurnsOnly && type !== 'Immediate') || !this.#owner(loop)) return;
    watchEnds(true);
    this.#underWay.set(id, {
      type,
      resource: type === 'Immediate' || COMPUTATION.test(type) ? resource : {},
    });
  }

  static #leaveEnds(): void {
    for (const work of watching) if (work.#underWay.size > 0) return;
    watchEnds(false);
  }

  /** Whether the work of a loop's code counts. */
  static isWatched(loop: object | null | undefined): boolean {
    if (!loop) return false;
    for (const work of watching) if (!work.#hasTurnsOnly && work.#owner(loop)) return true;
    return false;
  }

  /** A resource has called back. */
  ended(id: number): void {
    this.#underWay.delete(id);
  }
}

const watching = new Set<RealWork>();
let foreign = 0;
let isOwn = false;

/** Asks the platform for something that is no work of the code under test. */
export function unwatched<T>(ask: () => T): T {
  isOwn = true;
  try {
    return ask();
  } finally {
    isOwn = false;
  }
}

// Node 24 can leave promises out, which are most of what there is.
const trackPromises = false;

const beginnings = {
  init(id: number, type: string, _trigger: number, resource: object) {
    if (type === 'PROMISE' || type === 'TickObject' || isOwn) return;
    if (type === 'Immediate' || WORK.test(type)) {
      const loop = (currentRunContext()?.loop ?? null) as object | null;
      for (const work of watching) work.began(id, type, loop, resource);
    } else if (!TURNS.has(type)) {
      if (type === 'WORKER' && RealWork.isWatched(currentRunContext()?.loop))
        OpenIo.noteThread(resource as never);
      for (const work of watching) work.mayHaveOpened = true;
    }
  },
  trackPromises,
};

const ends = {
  after(id: number) {
    for (const work of watching) work.ended(id);
  },
  trackPromises,
};

const hook = createHook(beginnings);

// Node calls it after everything that runs: it is enabled while work is under way.
const endHook = createHook(ends);
let watchesEnds = false;

function watchEnds(watches: boolean): void {
  if (watches === watchesEnds) return;
  watchesEnds = watches;
  if (watches) endHook.enable();
  else endHook.disable();
}
