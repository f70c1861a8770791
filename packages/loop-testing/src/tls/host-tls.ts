import { ValueError } from '@bight/loop-abstract';
import { checkOptions, checkSeconds } from '@bight/loop-abstract/validate';

/**
 * What goes wrong in the TLS handshakes of a host: nothing; it shows a certificate that no peer trusts; it never
 * answers, so that the peer's time-out ends it; it breaks the connection in the middle.
 */
export type TlsFault = 'none' | 'certificate' | 'silence' | 'cut';

const FAULTS: readonly TlsFault[] = ['none', 'certificate', 'silence', 'cut'];

/** How a host shakes hands for TLS. */
export interface HostTlsOptions {
  /** How many **seconds** each step of it takes; by default as it was, at first 0. */
  delay?: number;
  /** What goes wrong; by default as it was, at first `'none'`. */
  fault?: TlsFault;
}

/** How a host shakes hands, checked. */
export class HostTls {
  delay = 0;
  fault: TlsFault = 'none';

  /** @throws {TypeError | ValueError} for a negative delay, and for a fault that there is not */
  set(settings: HostTlsOptions): void {
    const given = checkOptions(settings, ['delay', 'fault']);
    const { delay = this.delay, fault = this.fault } = given;
    if (checkSeconds(delay, 'delay') < 0) throw new ValueError(`delay must not be negative, got ${delay}`);
    if (!FAULTS.includes(fault)) {
      throw new ValueError(`fault must be one of ${FAULTS.join(', ')}, got ${String(fault)}`);
    }
    this.delay = delay;
    this.fault = fault;
  }
}
