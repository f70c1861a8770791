import { binding, native } from '../binding/load.js';
import { check } from '../binding/system-error.js';

const registry = new FinalizationRegistry<number>((context) => native().tlsContextClose(context));

/** Whether the addon can use the OpenSSL that Node carries: it is of version 3, and all functions are there. */
export function hasTls(): boolean {
  return binding !== null && binding.tlsProbe(null, 0) === 0;
}

/**
 * What `hasTls()` would return for another library.
 *
 * @param without - the function that it lacks; `null` for none
 * @param version - the version that it reports, as `OpenSSL_version_num()` does; 0: that of the one inside Node
 */
export function wouldHaveTls(without: string | null, version = 0): boolean {
  const name = without === null ? null : Buffer.from(`${without}\0`);
  return binding !== null && binding.tlsProbe(name, version) === 0;
}

/**
 * Sets what contexts trust that are given `CONTEXT_ROOTS` from now on.
 *
 * @param certificates - in PEM form
 * @throws {Error} (`'EINVAL'`) where there is none among them
 */
export function trustRoots(certificates: string): void {
  check(native().tlsRoots(Buffer.from(certificates)), 'tlsRoots');
}

/** The settings that TLS connections share, as OpenSSL has them. They are freed when this is collected. */
export class TlsContext {
  /** The addon's number for it. */
  readonly number: number;

  /** @throws {Error} where there is no memory, or `hasTls()` is false */
  constructor() {
    this.number = check(native().tlsContextOpen(), 'SSL_CTX_new');
    registry.register(this, this.number);
  }

  /**
   * Gives text, or bytes.
   *
   * @param what - `CONTEXT_CERTIFICATES` to `CONTEXT_ALPN`
   * @throws {Error} (`'EINVAL'`) where OpenSSL refuses
   */
  give(what: number, value: string | Uint8Array): void {
    const bytes = typeof value === 'string' ? Buffer.from(`${value}\0`) : value;
    check(native().tlsContextGive(this.number, what, bytes), 'tlsContextGive');
  }

  /**
   * Gives a number.
   *
   * @param what - `CONTEXT_MINIMUM` to `CONTEXT_ROOTS`
   * @throws {Error} (`'EINVAL'`) where OpenSSL refuses
   */
  set(what: number, value: number): void {
    check(native().tlsContextSet(this.number, what, value), 'tlsContextSet');
  }
}
