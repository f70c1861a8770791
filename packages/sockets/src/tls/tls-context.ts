import { binding, native } from '../binding/load.js';
import { check } from '../binding/system-error.js';

const registry = new FinalizationRegistry<number>((context) => native().tlsContextClose(context));

/**
 * Whether the addon can use the OpenSSL that Node carries: it is of version 3, all functions are there, and they are
 * those of the library that Node names. Another one may be in the process, too, in Electron for example.
 */
export function hasTls(): boolean {
  return binding !== null && binding.tlsProbe(null, 0) === versionNumber(process.versions.openssl);
}

/** A version as `OpenSSL_version_num()` gives it; `NaN` where it is none of OpenSSL 3. */
function versionNumber(text: string | undefined): number {
  const [, minor, patch] = /^3\.(\d+)\.(\d+)/.exec(text ?? '') ?? [];
  return 0x30000000 + Number(minor) * 0x100000 + Number(patch) * 0x10;
}

/**
 * What `hasTls()` would return for another library.
 *
 * @param without - the function that it lacks; `null` for none
 * @param version - the version that it reports, as `OpenSSL_version_num()` does; 0: that of the one inside Node
 */
export function wouldHaveTls(without: string | null, version = 0): boolean {
  if (without === null && version === 0) return hasTls();
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
