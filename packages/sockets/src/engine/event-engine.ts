import { constants } from 'node:os';
import { type Address, RuntimeError } from '@bight/loop-abstract';
import { addressDetails, encodeAddress } from '../addresses/address.js';
import { MSG_DONTWAIT } from '../binding/constants.js';
import { native } from '../binding/load.js';
import { check, systemError } from '../binding/system-error.js';
import type { BaseSelector } from '../selectors/base-selector.js';
import { DatagramAddresses } from './datagram-addresses.js';
import { DescriptorClaims } from './descriptor-claims.js';
import { type EngineHandler, MODE_LISTEN, MODE_STREAM } from './engine-handler.js';
import { type HeldEvent, HeldEvents } from './held-events.js';
import { RowReader } from './row-reader.js';
import { Slabs } from './slabs.js';
import {
  HEADER_BATCH,
  HEADER_LEARNED,
  HEADER_SPENT,
  HEADER_SPILLED,
  HEADER_WAKE_UP,
  ROW_ACCEPTED,
  ROW_DATA,
  ROW_DATAGRAM,
  ROW_DECRYPTED,
  ROW_END,
  ROW_READY,
  ROW_TIMER,
  ROW_TLS,
  ROW_WIDTH,
  ROWS,
  TABLES_LENGTH,
} from './tables.js';
import { WOULD_BLOCK } from './transfer.js';
import { type Estate, forgetEngine, watchEngine } from './unclosed-engine.js';
import { UserSelector } from './user-selector.js';
import { ARENA_LENGTH, SECURED, STREAM, WriteQueue } from './write-queue.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { setImmediate } = globalThis;

/** What is longer is not copied into the queue: a system call of its own costs less. In bytes. */
export const LONGEST_COPIED = 8 * 1024;
const READ = 1;
const WRITE = 2;
const NO_ROOM = -constants.errno.ENOBUFS;
/** Beside the interest of a slot: its stream has ended or failed, and there is nothing to read any more. */
const OVER = 4;

/** What an engine reports to its loop. */
export interface EngineHooks {
  /**
   * There are events. The loop calls `deliverNext()` until it returns `false`, before this returns or later: meanwhile
   * nothing more is received from descriptors with events of this batch. Without this hook, events are delivered at
   * once.
   */
  events?(): void;

  /** The time has come that was set. */
  timer(): void;

  /**
   * All events of a batch were delivered. When this has returned, and all is over that its promises cause, the writes
   * go out.
   */
  batchEnd(): void;

  /** A handler threw. */
  error(error: unknown): void;
}

/**
 * Watches any number of descriptors, receives from them and sends to them, with one call from C into JavaScript for
 * each batch of events: what a `SelectorEventLoop` stands on. `native/README.md` describes it.
 *
 * A watched descriptor has a slot, a small number; the slot stays the same until it is released. The engine does not
 * own descriptors, but closes one on request. No handler is called after its slot was released.
 */
export class EventEngine {
  /** The descriptors of transports that Node serves: not to be watched here. */
  readonly claims = new DescriptorClaims();
  readonly #binding = native();
  readonly #hooks: EngineHooks;
  readonly #words = new Int32Array(new SharedArrayBuffer(TABLES_LENGTH * Int32Array.BYTES_PER_ELEMENT));
  readonly #overflow: Buffer[] = [];
  readonly #queue: WriteQueue;
  readonly #engine: number;
  readonly #slabs: Slabs;
  readonly #addresses: DatagramAddresses;
  readonly #rows: RowReader;
  readonly #selector: UserSelector | null;

  // By slot.
  readonly #handlers: (EngineHandler | undefined)[] = [];
  readonly #interests: number[] = [];
  readonly #modes: number[] = [];
  readonly #families: number[] = [];
  readonly #descriptors: number[] = [];
  /** Which use of the slot this is, counted over all slots; 0 when it is not in use. */
  readonly #uses: number[] = [];
  #lastUse = 0;
  readonly #held = new HeldEvents();

  /** By descriptor. */
  readonly #slots: (number | undefined)[] = [];
  readonly #estate: Estate;

  // The rows of the batch that were not delivered yet.
  #next = ROWS;
  #end = ROWS;
  /** The slots whose held events are to be delivered next, the first of them first. */
  readonly #due = new Set<number>();
  #isStarted = false;
  #isClosed = false;

  /**
   * @param hooks - what the engine reports to its loop
   * @param selector - says what is ready, instead of the best of the platform; it is closed with the engine
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
    this.#estate = watchEngine(this, this.#engine);
    this.#slabs = new Slabs(this.#engine, this.#words);
    this.#addresses = new DatagramAddresses(this.#engine);
    this.#rows = new RowReader(this.#words, this.#slabs.buffers, this.#overflow, this.#addresses);
    this.#selector = selector === null ? null : new UserSelector(selector, this.#engine);
  }

  /**
   * Begins to deliver events, in Node's own loop.
   *
   * @param options - `keepAlive`: whether the process stays alive as long as the engine is started; with `false` it
   *   does while a descriptor is watched or a time is set, with `'never'` not even then
   */
  start(options: { keepAlive: boolean | 'never' }): void {
    const mode = options.keepAlive === 'never' ? 2 : Number(options.keepAlive);
    check(this.#binding.engineStart(this.#engine, mode), 'uv_poll_start');
    this.#isStarted = true;
    if (this.#held.hasResumed) this.#scheduleHeld();
  }

  /** Stops delivering; pending events are kept. Does not keep the process alive. */
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
    this.#closeAccepted(this.#held.takeAll());
    this.#due.clear();
    forgetEngine(this);
    this.#binding.engineClose(this.#engine);
    this.#selector?.close();
  }

  /**
   * How often the queue has gone out, as far as can be seen from here: what a writer has queued since this last changed
   * may still be in the queue, and what it queued before is not.
   */
  get flushCount(): number {
    return this.#queue.flushCount;
  }

  /** Whether it was closed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether a batch is being delivered. */
  get isInBatch(): boolean {
    return this.#words[HEADER_BATCH] === 1;
  }

  /**
   * Watches a descriptor.
   *
   * @param fd - the descriptor, which must be non-blocking and not be watched already; one that still is was closed,
   *   and its slot gets no more events
   * @param mode - `MODE_READY`, `MODE_STREAM`, `MODE_LISTEN` or `MODE_DATAGRAM`
   * @param interest - `EVENT_READ`, `EVENT_WRITE`, both or 0
   * @param handler - what is called
   * @param family - the family of a datagram socket
   * @returns the slot
   * @throws the system's error (`'EPERM'`: a regular file)
   */
  watch(fd: number, mode: number, interest: number, handler: EngineHandler, family = 0): number {
    const selector = this.#selector;
    const slot = this.#check(
      this.#binding.engineWatch(this.#engine, fd, mode, selector === null ? interest : 0),
    );
    this.#handlers[slot] = handler;
    this.#interests[slot] = interest;
    this.#modes[slot] = mode;
    this.#families[slot] = family;
    this.#descriptors[slot] = fd;
    this.#slots[fd] = slot;
    this.#uses[slot] = ++this.#lastUse;
    if (selector !== null) this.#register(selector, slot, interest);
    return slot;
  }

  /** The handler of a descriptor that is watched; `undefined` when it is not. */
  handlerOf(fd: number): EngineHandler | undefined {
    const slot = this.#slots[fd];
    return slot === undefined ? undefined : this.#handlers[slot];
  }

  /**
   * Lets the slot own its descriptor until `closeSlot()` or `release()`: it is closed with the thread, or when the
   * engine is collected without having been closed.
   */
  own(slot: number): void {
    const fd = this.#descriptors[slot]!;
    this.#binding.own(fd);
    this.#estate.descriptors.add(fd);
  }

  /** Watches a slot for something else. Once `EVENT_READ` is not among it, nothing that was received is delivered. */
  setInterest(slot: number, interest: number): void {
    const before = this.#interests[slot]!;
    const over = before & OVER;
    const wanted = over === 0 ? interest : interest & ~READ;
    const mode = this.#modes[slot]!;
    const asked = this.#due.size > 0 && this.#due.has(slot) ? 0 : wanted;
    if (this.#selector !== null) this.#selector.update(slot, this.#descriptors[slot]!, asked);
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

  /** Gives a slot another handler. */
  setHandler(slot: number, handler: EngineHandler): void {
    this.#handlers[slot] = handler;
  }

  /** Sends what is queued, releases the slot and closes its descriptor; again does nothing. */
  closeSlot(slot: number): void {
    if (!this.#settle(slot)) return;
    const fd = this.#descriptors[slot]!;
    this.#forget(slot);
    if (this.#isClosed) this.#binding.close(fd);
    else this.#binding.engineRelease(this.#engine, slot, 1);
  }

  /**
   * Sends what is queued and watches the descriptor no more; again does nothing.
   *
   * @returns what was received from the stream and not delivered
   */
  release(slot: number): Buffer[] {
    if (!this.#settle(slot)) return [];
    const received = [...this.#held.take(slot), ...this.#undelivered(slot)];
    this.#forget(slot);
    this.#binding.engineRelease(this.#engine, slot, 0);
    this.#closeAccepted(received);
    return received.flatMap(({ data }) => (data === undefined ? [] : [data]));
  }

  /**
   * Sends what is queued. @returns whether the slot is still in the same use, after all that handlers have done
   * meanwhile.
   */
  #settle(slot: number): boolean {
    const use = this.#uses[slot] ?? 0;
    if (use !== 0) this.#queue.flush();
    return use !== 0 && this.#uses[slot] === use;
  }

  /**
   * Sends bytes. A short piece is copied, and goes out at the end of the batch or of the running callback, together
   * with all that is queued for the slot, in one system call. A long one is sent at once, from where it is, with what
   * is queued before it: copying it would cost more than the call.
   *
   * @returns how many of the bytes were taken. When not all were, the system has no room; the caller keeps the rest,
   *   and may get `unsent()` for bytes that go before it
   * @throws the system's error
   */
  write(slot: number, bytes: Uint8Array): number {
    const length = bytes.byteLength;
    if (length <= LONGEST_COPIED) return this.#queue.push(slot, bytes, STREAM) ? length : 0;
    const sent = this.#binding.engineSend(this.#engine, slot, bytes);
    return sent === WOULD_BLOCK ? 0 : check(sent, 'send');
  }

  /**
   * Lets a TLS connection, whose handshake is over, decrypt what the slot's stream brings, before any handler is
   * called: `decrypted()` and `tlsReported()` are called in place of `received()`. What `write()` queued before must
   * have gone out.
   *
   * @param connection - the number of a `TlsConnection`
   * @throws the system's error
   */
  secure(slot: number, connection: number): void {
    check(this.#binding.engineSecure(this.#engine, slot, connection), 'secure');
  }

  /**
   * Encrypts bytes for a slot with `secure()`, and sends them, as `write()` does. What was encrypted and found no room
   * in the system is with the connection, and `unsentSecured()` is called.
   *
   * @returns how many of the bytes were taken
   * @throws the system's error
   */
  writeSecured(slot: number, bytes: Uint8Array): number {
    const length = bytes.byteLength;
    if (length <= LONGEST_COPIED) return this.#queue.push(slot, bytes, SECURED) ? length : 0;
    const taken = check(this.#binding.engineSendSecured(this.#engine, slot, bytes), 'send');
    if (this.#words[HEADER_SPILLED] !== 0) this.#handlers[slot]?.unsentSecured?.(null);
    return taken;
  }

  /**
   * Queues a datagram. To answer, pass the address object that came with the question: that is fastest. One that is
   * longer than the queue is sent at once.
   *
   * @param address - where to; `null` for the other end of a connected socket. A host name is looked up, blocking
   * @returns whether it was taken; not so when the system has no room, and those before it may have come back just now
   * @throws the system's error, for an address or for what was sent at once
   */
  sendto(slot: number, bytes: Uint8Array, address: Address | null): boolean {
    if (bytes.byteLength > ARENA_LENGTH) return this.#sendLong(slot, bytes, address);
    if (!this.#queue.makeRoom(slot, bytes.byteLength)) return false;
    const id = address === null ? -1 : this.#addresses.idOf(this.#families[slot]!, address);
    this.#queue.pushDatagram(slot, bytes, id);
    return true;
  }

  #sendLong(slot: number, bytes: Uint8Array, address: Address | null): boolean {
    if (!this.#queue.flushFor(slot)) return false;
    const fd = this.#descriptors[slot]!;
    const { send, sendTo } = this.#binding;
    const sent =
      address === null
        ? send(fd, bytes, 0, bytes.byteLength, MSG_DONTWAIT)
        : sendTo(fd, bytes, 0, bytes.byteLength, MSG_DONTWAIT, encodeAddress(this.#families[slot]!, address));
    if (sent === WOULD_BLOCK || sent === NO_ROOM) return false;
    check(sent, 'sendto', sent < 0 && address !== null ? addressDetails(address) : undefined);
    return true;
  }

  /** Sends what is queued, now. Failures are reported to the handlers before it returns. */
  flush(): void {
    this.#queue.flush();
  }

  /** Arms the timer: the engine calls `timer()` once, in this many seconds (fractions count). `null` disarms it. */
  setTimer(seconds: number | null): void {
    check(this.#binding.engineTimer(this.#engine, seconds === null ? -1 : Math.max(seconds, 0)), 'timer');
  }

  /**
   * Looks for events and delivers them before it returns, without a turn of Node's loop.
   *
   * @param milliseconds - how long to wait for one, blocking the thread
   * @returns whether there were any
   */
  poll(milliseconds = 0): boolean {
    if (this.isInBatch) throw new RuntimeError('poll() cannot be called while a batch is being delivered');
    this.#queue.flush();
    let rows = this.#check(this.#binding.enginePoll(this.#engine, milliseconds));
    if (rows === 0 && this.#words[HEADER_WAKE_UP] === 0 && this.#words[HEADER_SPENT] !== 0) {
      // There was something, and no memory to receive it into.
      this.#slabs.renew();
      rows = this.#check(this.#binding.enginePoll(this.#engine, 0));
    }
    if (rows === 0 && this.#words[HEADER_WAKE_UP] === 0) return false;
    try {
      this.#dispatch(rows, 0);
      this.#queue.flush();
    } finally {
      if (!this.#isClosed) this.#binding.engineEnd(this.#engine);
    }
    return true;
  }

  /**
   * Delivers one event, for a loop with an `events()` hook.
   *
   * @returns whether there are more
   */
  deliverNext(): boolean {
    try {
      if (this.#due.size > 0) this.#deliverDue(this.#due.values().next().value!);
      else if (this.#next < this.#end) {
        const at = this.#next;
        this.#next += ROW_WIDTH;
        this.#deliver(at, this.#words[at]!, this.#words[at + 1]!);
      }
    } catch (error) {
      this.#hooks.error(error);
    }
    return this.#next < this.#end || this.#due.size > 0;
  }

  readonly #dispatch = (rows: number, failures: number): void => {
    const words = this.#words;
    this.#queue.flushCount++;
    if (failures > 0) this.#queue.settle(failures);
    const count =
      words[HEADER_WAKE_UP] === 0 || this.#selector === null ? rows : this.#ask(this.#selector, rows);
    this.#next = ROWS;
    this.#end = ROWS + count * ROW_WIDTH;
    if (words[HEADER_LEARNED] !== 0) this.#rows.learnAddresses();
    if (count > 0) this.#announce();
    if (this.#overflow.length > 0) this.#overflow.length = 0;
    if (words[HEADER_SPENT] !== 0 && !this.#isClosed) this.#slabs.renew();
    this.#hooks.batchEnd();
  };

  /** Fills the event table, which holds nothing but the time so far, with what the user's selector reports. */
  #ask(selector: UserSelector, rows: number): number {
    const words = this.#words;
    words[HEADER_WAKE_UP] = 0;
    try {
      if (rows > 0) this.#hooks.timer();
      return this.#check(this.#binding.engineTake(this.#engine, selector.ready()));
    } catch (error) {
      this.#hooks.error(error);
      return 0;
    }
  }

  #register(selector: UserSelector, slot: number, interest: number): void {
    selector.adopt(slot);
    try {
      this.setInterest(slot, interest);
    } catch (error) {
      this.#forget(slot);
      this.#binding.engineRelease(this.#engine, slot, 0);
      throw error;
    }
  }

  #announce(): void {
    if (this.#hooks.events === undefined) while (this.deliverNext());
    else {
      this.#hooks.events();
      while (this.#next < this.#end) {
        this.#postpone(this.#next);
        this.#next += ROW_WIDTH;
      }
    }
  }

  /**
   * The loop has not taken this row, and the table will be filled anew. The slot delivers nothing more until it does.
   */
  #postpone(at: number): void {
    const slot = this.#words[at]!;
    if (this.#handlers[slot] === undefined) {
      this.#deliverUnclaimed(at, this.#words[at + 1]!);
      return;
    }
    this.#held.add(slot, this.#rows.read(at));
    if (this.#due.has(slot)) return;
    this.#due.add(slot);
    this.#selector?.update(slot, this.#descriptors[slot]!, 0);
    this.#binding.engineInterest(this.#engine, slot, this.#modes[slot]!, 0);
  }

  #deliver(at: number, slot: number, kind: number): void {
    const words = this.#words;
    const handler = this.#handlers[slot];
    if (handler === undefined) this.#deliverUnclaimed(at, kind);
    else if (kind === ROW_READY) {
      const events = words[at + 2]! & this.#interests[slot]!;
      if (events !== 0) handler.ready?.(events);
    } else if ((this.#interests[slot]! & (READ | OVER)) !== READ || !this.#held.isEmpty)
      this.#deliverLate(at, slot, handler);
    else if (kind === ROW_DATA) handler.received?.(this.#rows.dataOf(at));
    else if (kind === ROW_DECRYPTED) handler.decrypted?.(this.#rows.dataOf(at));
    else if (kind === ROW_DATAGRAM) handler.datagram?.(this.#rows.dataOf(at), this.#rows.senderOf(at));
    else this.#deliverEvent(slot, handler, this.#rows.read(at));
  }

  /** The slot was released within this batch, or it is the timer. */
  #deliverUnclaimed(at: number, kind: number): void {
    if (kind === ROW_TIMER) this.#hooks.timer();
    else if (kind === ROW_ACCEPTED) this.#binding.close(this.#words[at + 2]!);
  }

  /** The slot is not watched for reading any more, or has events that come first. */
  #deliverLate(at: number, slot: number, handler: EngineHandler): void {
    const event = this.#rows.read(at);
    const interest = this.#interests[slot]!;
    if ((interest & OVER) !== 0) return;
    if ((interest & READ) !== 0 && !this.#held.has(slot)) this.#deliverEvent(slot, handler, event);
    else this.#held.add(slot, event);
  }

  #deliverEvent(slot: number, handler: EngineHandler, { kind, data, fd, address, result }: HeldEvent): void {
    if (kind === ROW_DATA) handler.received?.(data!);
    else if (kind === ROW_DECRYPTED) handler.decrypted?.(data!);
    else if (kind === ROW_TLS) handler.tlsReported?.(result!);
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
        this.#selector?.update(slot, this.#descriptors[slot]!, this.#interests[slot]! & WRITE);
      }
      if (kind === ROW_END) handler.ended?.();
      else handler.failed?.(systemError(result!, this.#modes[slot] === MODE_LISTEN ? 'accept' : 'recv'));
    }
  }

  #closeAccepted(events: readonly HeldEvent[]): void {
    for (const { fd } of events) if (fd !== undefined) this.#binding.close(fd);
  }

  /** What the rest of the batch has for a slot. */
  #undelivered(slot: number): HeldEvent[] {
    const events: HeldEvent[] = [];
    for (let at = this.#next; at < this.#end; at += ROW_WIDTH) {
      const kind = this.#words[at + 1];
      const isData = kind === ROW_DATA || kind === ROW_DECRYPTED;
      if (this.#words[at] === slot && isData) events.push(this.#rows.read(at));
    }
    return events;
  }

  #forget(slot: number): void {
    const fd = this.#descriptors[slot]!;
    if (this.#slots[fd] === slot) this.#slots[fd] = undefined;
    this.#selector?.update(slot, fd, 0);
    this.#handlers[slot] = undefined;
    this.#interests[slot] = 0;
    this.#uses[slot] = 0;
    this.#estate.descriptors.delete(fd);
    this.#due.delete(slot);
    if (!this.#held.isEmpty) this.#closeAccepted(this.#held.take(slot));
  }

  #scheduleHeld(): void {
    setImmediate(() => {
      if (!this.#isStarted) return;
      for (const slot of this.#held.takeResumed()) this.#due.add(slot);
      this.#announce();
      this.#hooks.batchEnd();
    });
  }

  #deliverDue(slot: number): void {
    const next = this.#held.peek(slot);
    const isWanted = next?.kind === ROW_READY || (this.#interests[slot]! & READ) !== 0;
    const event = isWanted ? this.#held.shift(slot) : undefined;
    const isLast = event === undefined || !this.#held.has(slot);
    if (isLast) this.#due.delete(slot);
    try {
      if (event !== undefined) this.#deliverEvent(slot, this.#handlers[slot]!, event);
    } finally {
      if (isLast) this.#watchAgain(slot);
    }
  }

  #watchAgain(slot: number): void {
    if (this.#handlers[slot] === undefined || this.#due.has(slot)) return;
    const interest = this.#interests[slot]!;
    const wanted = interest & ((interest & OVER) === 0 ? READ | WRITE : WRITE);
    this.#selector?.update(slot, this.#descriptors[slot]!, wanted);
    this.#binding.engineInterest(this.#engine, slot, this.#modes[slot]!, wanted);
  }

  #check(result: number): number {
    return result >= 0 ? result : check(result, `${this.#binding.pollerName}_ctl`);
  }
}
