import type { PeerCertificate } from 'node:tls';
import type { CheckServerIdentity } from '@bight/loop-abstract';
import { asError } from '@bight/loop-core/low-level';

/** Calls the caller's own check. Node would take what it throws for an exception that nothing catches. */
export function callCheck(
  check: CheckServerIdentity,
  hostname: string,
  cert: PeerCertificate,
): Error | undefined {
  try {
    const problem = check(hostname, cert);
    return problem === undefined || problem === null ? undefined : asError(problem);
  } catch (error) {
    return asError(error);
  }
}
