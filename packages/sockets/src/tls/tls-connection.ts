import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';
import type { TlsContext } from './tls-context.js';
import type { TlsMemory } from './tls-memory.js';
import { STATE_CONSUMED, STATE_FLAGS, STATE_OUT, STATE_PLAIN, STATE_SPILLED } from './tls-tables.js';

const EMPTY = Buffer.alloc(0);
const FIRST_ROOM = 4 * 1024;
let answer = Buffer.allocUnsafeSlow(FIRST_ROOM);

/** How a connection begins. */
export interface TlsConnectionParts {
  /** Whether this end is the server. */
  readonly serverSide: boolean;
  /** What `SSL_set_verify()` takes; the verdict does not end the handshake, but is asked for afterwards. */
  readonly verify: number;
  /** Clients: the server's name as it is shown to the server; `null` for none. */
  readonly serverName: string | null;
  /** Clients: the session to resume, in OpenSSL's encoding. */
  readonly session: Uint8Array | null;
}

/**
 * TLS without a socket: bytes of the network go in by `feed()`, and what is to be sent after each call is in
 * `output()`. Nothing is called back.
 */
export class TlsConnection {
  readonly #binding = native();
  readonly #memory: TlsMemory;
  #number: number;

  /** @throws {Error} (`'EINVAL'`) for an invalid session, or where there is no memory */
  constructor(context: TlsContext, memory: TlsMemory, parts: TlsConnectionParts) {
    const { serverSide, verify, serverName, session } = parts;
    const name = serverName === null ? null : Buffer.from(`${serverName}\0`);
    this.#memory = memory;
    this.#number = check(
      this.#binding.tlsOpen(context.number, Number(serverSide), verify, name, session),
      'SSL_new',
    );
    memory.open.add(this.#number);
  }

  /**
   * Goes on with the handshake or, when that is over, decrypts.
   *
   * @param received - what has come; of it `consumed` bytes were used, all unless `FLAG_SECURED` or `FLAG_MORE` is set
   * @param room - where to put what is decrypted: `plainLength` bytes
   * @returns `FLAG_…`
   */
  feed(received: Uint8Array, room: Uint8Array): number {
    const { out, state } = this.#memory;
    check(this.#binding.tlsFeed(this.#number, received, room, out, state), 'SSL_read');
    return state[STATE_FLAGS]!;
  }

  /**
   * Encrypts, once the handshake is over.
   *
   * @param offset - where to begin; `consumed` bytes from there on were used, as many as leave room
   * @returns `FLAG_…`
   */
  write(bytes: Uint8Array, offset: number): number {
    const { out, state } = this.#memory;
    check(this.#binding.tlsWrite(this.#number, bytes, offset, out, state), 'SSL_write');
    return state[STATE_FLAGS]!;
  }

  /**
   * Makes the `close_notify`.
   *
   * @returns `FLAG_…`
   */
  end(): number {
    const { out, state } = this.#memory;
    check(this.#binding.tlsEnd(this.#number, out, state), 'SSL_shutdown');
    return state[STATE_FLAGS]!;
  }

  /** The addon's number for it; 0 when it was closed. */
  get number(): number {
    return this.#number;
  }

  /**
   * What an engine has made for this connection to send, and the system has not taken; `null` for nothing. It goes
   * before all that is made later.
   */
  unsent(): Buffer | null {
    if (this.#number === 0) return null;
    const length = this.#binding.tlsTake(this.#number, EMPTY);
    return length > 0 ? this.#allOf(0, length) : null;
  }

  /** How many bytes the last call has used. */
  get consumed(): number {
    return this.#memory.state[STATE_CONSUMED]!;
  }

  /** How many bytes the last call has decrypted. */
  get plainLength(): number {
    return this.#memory.state[STATE_PLAIN]!;
  }

  /** What is to be sent after the last call, valid until the next one; `null` for nothing. */
  output(): Uint8Array | null {
    const { out, state } = this.#memory;
    const length = state[STATE_OUT]!;
    const spilled = state[STATE_SPILLED]!;
    if (spilled > 0) return this.#allOf(length, spilled);
    return length === 0 ? null : out.subarray(0, length);
  }

  #allOf(length: number, spilled: number): Buffer {
    const all = Buffer.allocUnsafe(length + spilled);
    this.#memory.out.copy(all, 0, 0, length);
    check(this.#binding.tlsTake(this.#number, all.subarray(length)), 'tlsTake');
    return all;
  }

  /**
   * What is known under a number, `TEXT_…`.
   *
   * @returns a copy; `null` where there is nothing
   */
  text(what: number): Buffer | null {
    if (this.#number === 0) return null;
    const length = this.#binding.tlsText(this.#number, what, answer);
    if (length < 0) return null;
    if (length > answer.length) {
      answer = Buffer.allocUnsafeSlow(2 * length);
      return this.text(what);
    }
    return Buffer.from(answer.subarray(0, length));
  }

  /** What is known as a number, `NUMBER_…`; -1 when the connection was closed. */
  numberOf(what: number): number {
    return this.#number === 0 ? -1 : this.#binding.tlsNumber(this.#number, what);
  }

  /**
   * Sets a number, `SET_…`.
   *
   * @returns whether OpenSSL has taken it
   */
  set(what: number, value: number): boolean {
    return this.#number !== 0 && this.#binding.tlsSet(this.#number, what, value) === 0;
  }

  /**
   * Derives key material (RFC 5705).
   *
   * @throws {Error} (`'EINVAL'`) before the handshake is over
   */
  exportKeys(length: number, label: string, context: Uint8Array | null): Buffer {
    const keys = Buffer.alloc(length);
    check(
      this.#binding.tlsExport(this.#number, Buffer.from(label), context, keys),
      'SSL_export_keying_material',
    );
    return keys;
  }

  /** Whether it was closed. */
  get isClosed(): boolean {
    return this.#number === 0;
  }

  /** Frees it; again does nothing. */
  close(): void {
    const number = this.#number;
    if (number === 0) return;
    this.#number = 0;
    this.#memory.open.delete(number);
    this.#binding.tlsClose(number);
  }
}
