import { type Address, RuntimeError } from '@bight/loop-abstract';
import { native } from '../load.js';
import type { BaseSelector } from '../selectors/base-selector.js';
import { check, systemError } from '../system-error.js';
import { DatagramAddresses } from './datagram-addresses.js';
import { type EngineHandler, MODE_LISTEN, MODE_STREAM } from './engine-handler.js';
import { GivenSelector } from './given-selector.js';
import { type HeldEvent, HeldEvents } from './held-events.js';
import { RowReader } from './row-reader.js';
import { Slabs } from './slabs.js';
import {
  HEADER_BATCH,
  HEADER_RUNG,
  HEADER_SPENT,
  ROW_ACCEPTED,
  ROW_DATA,
  ROW_DATAGRAM,
  ROW_END,
  ROW_READY,
  ROW_TIMER,
  ROW_WIDTH,
  ROWS,
  TABLES_LENGTH,
} from './tables.js';
import { WOULD_BLOCK } from './transfer.js';
import { WriteQueue } from './write-queue.js';

/** What is longer is not copied into the queue: a system call of its own costs less. In bytes. */
export const LONGEST_COPIED = 8 * 1024;
const READ = 1;
const WRITE = 2;
/** Beside the interest of a slot: its stream has ended or failed, and there is nothing to read any more. */
const OVER = 4;

/** What an engine tells its loop. */
export interface EngineHooks {
  /**
   * There are events. The loop calls `tellNext()` until it returns `false`, before this returns or when it comes to it:
   * meanwhile nothing more is received from descriptors that have something to tell. Without this hook, events are told
   * at once.
   */
  events?(): void;

  /** The time has come that was set. */
  timer(): void;

  /** All events of a batch were told. When this has returned, and all is over that its promises cause, the writes go out. */
  batchEnd(): void;

  /** A handler threw. */
  error(error: unknown): void;
}

/**
 * Watches any number of descriptors, receives from them and sends to them, with one call from C into JavaScript for each
 * batch of events: what a `SelectorEventLoop` stands on. `native/README.md` describes it.
 *
 * A watched descriptor has a slot, a small number; the slot stays the same until it is released. The engine does not own
 * descriptors, but closes one on request. No handler is told anything after its slot was released.
 */
export class EventEngine {
  readonly #binding = native();
  readonly #hooks: EngineHooks;
  readonly #words = new Int32Array(new SharedArrayBuffer(TABLES_LENGTH * Int32Array.BYTES_PER_ELEMENT));
  readonly #overflow: Buffer[] = [];
  readonly #queue: WriteQueue;
  readonly #engine: number;
  readonly #slabs: Slabs;
  readonly #addresses: DatagramAddresses;
  readonly #rows: RowReader;
  readonly #given: GivenSelector | null;

  // By slot.
  readonly #handlers: (EngineHandler | undefined)[] = [];
  readonly #interests: number[] = [];
  readonly #modes: number[] = [];
  readonly #families: number[] = [];
  readonly #descriptors: number[] = [];
  readonly #held = new HeldEvents();

  /** By descriptor. */
  readonly #slots: (number | undefined)[] = [];

  // The rows of the batch that have not been told.
  #next = ROWS;
  #end = ROWS;
  /** The slots whose held events are to be told next. */
  readonly #due: number[] = [];
  #isStarted = false;
  #isClosed = false;

  /**
   * @param hooks what the engine tells its loop
   * @param selector says what is ready, instead of the best of the platform; it is closed with the engine
   */
  constructor(hooks: EngineHooks, selector: BaseSelector | null = null) {
    this.#hooks = hooks;
    this.#queue = new WriteQueue(this.#words, {
      flushNow: () => this.#binding.engineFlush(this.#engine),
      handlerOf: (slot) => this.#handlers[slot],
      addressOf: (id) => this.#addresses.get(id),
      report: (error) => hooks.error(error),
    });
    const opened = this.#binding.engineOpen(this.#words, this.#queue.arena, this.#overflow, this.#dispatch);
    this.#engine = check(opened, this.#binding.pollerName);
    this.#slabs = new Slabs(this.#engine, this.#words);
    this.#addresses = new DatagramAddresses(this.#engine);
    this.#rows = new RowReader(this.#words, this.#slabs.buffers, this.#overflow, this.#addresses);
    this.#given = selector === null ? null : new GivenSelector(selector, this.#engine);
  }

  /**
   * Begins to tell events, from the turns of Node's own loop.
   *
   * @param options `keepAlive`: whether the process stays alive as long as the engine is started; with `false` it does
   *   while a descriptor is watched or a time is set, with `'never'` not even then
   */
  start(options: { keepAlive: boolean | 'never' }): void {
    const mode = options.keepAlive === 'never' ? 2 : Number(options.keepAlive);
    check(this.#binding.engineStart(this.#engine, mode), 'uv_poll_start');
    this.#isStarted = true;
    if (this.#held.hasResumed) this.#scheduleHeld();
  }

  /** Tells no more events; nothing is lost. Does not keep the process alive. */
  stop(): void {
    this.#isStarted = false;
    this.#binding.engineStop(this.#engine);
  }

  /** Sends what is queued and frees everything but the descriptors, which stay open; again does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#queue.flush();
    this.#isClosed = true;
    this.#isStarted = false;
    this.#handlers.length = 0;
    for (const { fd } of this.#held.takeAll()) if (fd !== undefined) this.#binding.close(fd);
    this.#due.length = 0;
    this.#binding.engineClose(this.#engine);
    this.#given?.close();
  }

  /**
   * How often the queue has gone out, as far as can be seen from here: what a writer has queued since this last changed may
   * still be in the queue, and what it queued before is not.
   */
  get flushCount(): number {
    return this.#queue.flushCount;
  }

  /** Whether a batch is being told. */
  get isInBatch(): boolean {
    return this.#words[HEADER_BATCH] === 1;
  }

  /**
   * Watches a descriptor.
   *
   * @param fd the descriptor, which must be non-blocking and not be watched already; one that still is was closed, and
   *   its slot is told nothing more
   * @param mode `MODE_READY`, `MODE_STREAM`, `MODE_LISTEN` or `MODE_DATAGRAM`
   * @param interest `EVENT_READ`, `EVENT_WRITE`, both or 0
   * @param handler who is told
   * @param family the family of a datagram socket
   * @returns the slot
   * @throws the system's error (`'EPERM'`: a regular file)
   */
  watch(fd: number, mode: number, interest: number, handler: EngineHandler, family = 0): number {
    const given = this.#given;
    const slot = this.#check(
      this.#binding.engineWatch(this.#engine, fd, mode, given === null ? interest : 0),
    );
    this.#handlers[slot] = handler;
    this.#interests[slot] = interest;
    this.#modes[slot] = mode;
    this.#families[slot] = family;
    this.#descriptors[slot] = fd;
    this.#slots[fd] = slot;
    if (given !== null) this.#register(given, slot, interest);
    return slot;
  }

  /** Who is told about a descriptor; `undefined` when it is not watched. */
  handlerOf(fd: number): EngineHandler | undefined {
    const slot = this.#slots[fd];
    return slot === undefined ? undefined : this.#handlers[slot];
  }

  /** Watches a slot for something else. Once `EVENT_READ` is not among it, nothing that was received is told. */
  setInterest(slot: number, interest: number): void {
    const before = this.#interests[slot]!;
    const over = before & OVER;
    const wanted = over === 0 ? interest : interest & ~READ;
    const mode = this.#modes[slot]!;
    const asked = this.#due.length > 0 && this.#due.includes(slot) ? 0 : wanted;
    if (this.#given !== null) this.#given.update(slot, this.#descriptors[slot]!, asked);
    this.#check(this.#binding.engineInterest(this.#engine, slot, mode, asked));
    this.#interests[slot] = wanted | over;
    const resumes = (interest & READ) !== 0 && !this.#held.isEmpty && this.#held.has(slot);
    if (resumes && this.#held.resume(slot)) this.#scheduleHeld();
  }

  /** Treats a slot's readiness otherwise: a connection that was made is a stream from then on. */
  setMode(slot: number, mode: number, interest: number): void {
    this.#modes[slot] = mode;
    this.setInterest(slot, interest);
  }

  /** Has somebody else told about a slot. */
  setHandler(slot: number, handler: EngineHandler): void {
    this.#handlers[slot] = handler;
  }

  /** Sends what is queued, releases the slot and closes its descriptor. */
  closeSlot(slot: number): void {
    this.#queue.flush();
    this.#forget(slot);
    this.#binding.engineRelease(this.#engine, slot, 1);
  }

  /**
   * Sends what is queued and watches the descriptor no more.
   *
   * @returns what was received from the stream and not told
   */
  release(slot: number): Buffer[] {
    this.#queue.flush();
    const received = [...this.#held.take(slot), ...this.#untold(slot)];
    this.#forget(slot);
    this.#binding.engineRelease(this.#engine, slot, 0);
    return received.flatMap(({ data }) => (data === undefined ? [] : [data]));
  }

  /**
   * Sends bytes. A short piece is copied, and goes out at the end of the batch or of the running callback, together with
   * all that is queued for the slot, in one system call. A long one is sent at once, from where it is, with what is
   * queued before it: copying it would cost more than the call.
   *
   * @returns how many of the bytes were taken. When not all were, the system has no room; the caller keeps the rest, and
   *   may be told of `unsent()` bytes that go before it
   * @throws the system's error
   */
  write(slot: number, bytes: Uint8Array): number {
    const length = bytes.byteLength;
    if (length <= LONGEST_COPIED) return this.#queue.push(slot, bytes) ? length : 0;
    const sent = this.#binding.engineSend(this.#engine, slot, bytes);
    return sent === WOULD_BLOCK ? 0 : check(sent, 'send');
  }

  /**
   * Queues a datagram. To answer, pass the address object that came with the question: that is fastest.
   *
   * @param bytes at most 256 KB, which is more than datagrams can have
   * @param address where to; `null` for the other end of a connected socket. A host name is looked up, blocking
   * @returns whether it was taken; not so when the system has no room, of which `unsentDatagrams()` was told just now
   */
  sendto(slot: number, bytes: Uint8Array, address: Address | null): boolean {
    const id =
      address === null ? -1 : this.#addresses.idOf(this.#families[slot]!, address, this.#queue.flush);
    return this.#queue.pushDatagram(slot, bytes, id);
  }

  /** Sends what is queued, now. Handlers are told of failures before it returns. */
  flush(): void {
    this.#queue.flush();
  }

  /** Has `timer()` called once, so many seconds from now; `null`: not at all. Finer than a millisecond. */
  setTimer(seconds: number | null): void {
    check(this.#binding.engineTimer(this.#engine, seconds === null ? -1 : Math.max(seconds, 0)), 'timer');
  }

  /**
   * Looks for events and tells them before it returns, without a turn of Node's loop.
   *
   * @param milliseconds how long to wait for one, blocking the thread
   * @returns whether there were any
   */
  poll(milliseconds = 0): boolean {
    if (this.isInBatch) throw new RuntimeError('poll() cannot be called while a batch is being told');
    this.#queue.flush();
    let rows = this.#check(this.#binding.enginePoll(this.#engine, milliseconds));
    if (rows === 0 && this.#words[HEADER_RUNG] === 0 && this.#words[HEADER_SPENT] !== 0) {
      // There was something, and no memory to receive it into.
      this.#slabs.renew();
      rows = this.#check(this.#binding.enginePoll(this.#engine, 0));
    }
    if (rows === 0 && this.#words[HEADER_RUNG] === 0) return false;
    try {
      this.#dispatch(rows, 0);
      this.#queue.flush();
    } finally {
      if (!this.#isClosed) this.#binding.engineEnd(this.#engine);
    }
    return true;
  }

  /**
   * Tells one event, for a loop with an `events()` hook.
   *
   * @returns whether there are more
   */
  tellNext(): boolean {
    try {
      if (this.#due.length > 0) this.#tellDue(this.#due[0]!);
      else if (this.#next < this.#end) {
        const at = this.#next;
        this.#next += ROW_WIDTH;
        this.#tell(at, this.#words[at]!, this.#words[at + 1]!);
      }
    } catch (error) {
      this.#hooks.error(error);
    }
    return this.#next < this.#end || this.#due.length > 0;
  }

  readonly #dispatch = (rows: number, failures: number): void => {
    const words = this.#words;
    this.#queue.flushCount++;
    if (failures > 0) this.#queue.settle(failures);
    const count = words[HEADER_RUNG] === 0 || this.#given === null ? rows : this.#ask(this.#given, rows);
    this.#next = ROWS;
    this.#end = ROWS + count * ROW_WIDTH;
    if (count > 0) this.#announce();
    if (this.#overflow.length > 0) this.#overflow.length = 0;
    if (words[HEADER_SPENT] !== 0 && !this.#isClosed) this.#slabs.renew();
    this.#hooks.batchEnd();
  };

  /** The bell rang: the event table is filled with what the selector says. Only the time can be in it so far. */
  #ask(given: GivenSelector, rows: number): number {
    const words = this.#words;
    words[HEADER_RUNG] = 0;
    try {
      if (rows > 0) this.#hooks.timer();
      return this.#check(this.#binding.engineTake(this.#engine, given.ready()));
    } catch (error) {
      this.#hooks.error(error);
      return 0;
    }
  }

  #register(given: GivenSelector, slot: number, interest: number): void {
    given.adopt(slot);
    try {
      this.setInterest(slot, interest);
    } catch (error) {
      this.#forget(slot);
      this.#binding.engineRelease(this.#engine, slot, 0);
      throw error;
    }
  }

  #announce(): void {
    if (this.#hooks.events === undefined) while (this.tellNext());
    else {
      this.#hooks.events();
      while (this.#next < this.#end) {
        this.#postpone(this.#next);
        this.#next += ROW_WIDTH;
      }
    }
  }

  /** The loop has not come to this row, and the table will be filled anew. The slot brings nothing more until it does. */
  #postpone(at: number): void {
    const slot = this.#words[at]!;
    if (this.#handlers[slot] === undefined) {
      this.#tellNobody(at, this.#words[at + 1]!);
      return;
    }
    this.#held.add(slot, this.#rows.read(at));
    if (this.#due.includes(slot)) return;
    this.#due.push(slot);
    this.#given?.update(slot, this.#descriptors[slot]!, 0);
    this.#binding.engineInterest(this.#engine, slot, this.#modes[slot]!, 0);
  }

  #tell(at: number, slot: number, kind: number): void {
    const words = this.#words;
    const handler = this.#handlers[slot];
    if (handler === undefined) this.#tellNobody(at, kind);
    else if (kind === ROW_READY) {
      const events = words[at + 2]! & this.#interests[slot]!;
      if (events !== 0) handler.ready?.(events);
    } else if ((this.#interests[slot]! & (READ | OVER)) !== READ || !this.#held.isEmpty)
      this.#tellLate(at, slot, handler);
    else if (kind === ROW_DATA) handler.received?.(this.#rows.dataOf(at));
    else if (kind === ROW_DATAGRAM) handler.datagram?.(this.#rows.dataOf(at), this.#rows.senderOf(at));
    else this.#tellEvent(slot, handler, this.#rows.read(at));
  }

  /** The slot was released within this batch, or it is the timer. */
  #tellNobody(at: number, kind: number): void {
    if (kind === ROW_TIMER) this.#hooks.timer();
    else if (kind === ROW_ACCEPTED) this.#binding.close(this.#words[at + 2]!);
    else if (kind === ROW_DATAGRAM) this.#rows.read(at); // which may bring a new address
  }

  /** The slot is not watched for reading any more, or has events that come first. */
  #tellLate(at: number, slot: number, handler: EngineHandler): void {
    const event = this.#rows.read(at);
    const interest = this.#interests[slot]!;
    if ((interest & OVER) !== 0) return;
    if ((interest & READ) !== 0 && !this.#held.has(slot)) this.#tellEvent(slot, handler, event);
    else this.#held.add(slot, event);
  }

  #tellEvent(slot: number, handler: EngineHandler, { kind, data, fd, address, result }: HeldEvent): void {
    if (kind === ROW_DATA) handler.received?.(data!);
    else if (kind === ROW_READY) {
      const events = result! & this.#interests[slot]!;
      if (events !== 0) handler.ready?.(events);
    } else if (kind === ROW_DATAGRAM) handler.datagram?.(data!, address!);
    else if (kind === ROW_ACCEPTED) {
      if (handler.accepted === undefined) this.#binding.close(fd!);
      else handler.accepted(fd!, address!);
    } else {
      if (this.#modes[slot] === MODE_STREAM) {
        this.#interests[slot] = (this.#interests[slot]! & WRITE) | OVER;
        this.#given?.update(slot, this.#descriptors[slot]!, this.#interests[slot]! & WRITE);
      }
      if (kind === ROW_END) handler.ended?.();
      else handler.failed?.(systemError(result!, this.#modes[slot] === MODE_LISTEN ? 'accept' : 'recv'));
    }
  }

  /** What the rest of the batch has for a slot. */
  #untold(slot: number): HeldEvent[] {
    const events: HeldEvent[] = [];
    for (let at = this.#next; at < this.#end; at += ROW_WIDTH) {
      if (this.#words[at] === slot && this.#words[at + 1] === ROW_DATA) events.push(this.#rows.read(at));
    }
    return events;
  }

  #forget(slot: number): void {
    const fd = this.#descriptors[slot]!;
    if (this.#slots[fd] === slot) this.#slots[fd] = undefined;
    this.#given?.update(slot, fd, 0);
    this.#handlers[slot] = undefined;
    this.#interests[slot] = 0;
    const due = this.#due.indexOf(slot);
    if (due >= 0) this.#due.splice(due, 1);
    if (this.#held.isEmpty) return;
    for (const { fd } of this.#held.take(slot)) if (fd !== undefined) this.#binding.close(fd);
  }

  #scheduleHeld(): void {
    setImmediate(() => {
      if (!this.#isStarted) return;
      for (const slot of this.#held.takeResumed()) if (!this.#due.includes(slot)) this.#due.push(slot);
      this.#announce();
      this.#hooks.batchEnd();
    });
  }

  #tellDue(slot: number): void {
    const next = this.#held.peek(slot);
    const isWanted = next?.kind === ROW_READY || (this.#interests[slot]! & READ) !== 0;
    const event = isWanted ? this.#held.shift(slot) : undefined;
    const isLast = event === undefined || !this.#held.has(slot);
    if (isLast) this.#due.shift();
    try {
      if (event !== undefined) this.#tellEvent(slot, this.#handlers[slot]!, event);
    } finally {
      if (isLast) this.#watchAgain(slot);
    }
  }

  #watchAgain(slot: number): void {
    if (this.#handlers[slot] === undefined || this.#due.includes(slot)) return;
    const interest = this.#interests[slot]!;
    const wanted = interest & ((interest & OVER) === 0 ? READ | WRITE : WRITE);
    this.#given?.update(slot, this.#descriptors[slot]!, wanted);
    this.#binding.engineInterest(this.#engine, slot, this.#modes[slot]!, wanted);
  }

  #check(result: number): number {
    return result >= 0 ? result : check(result, `${this.#binding.pollerName}_ctl`);
  }
}
