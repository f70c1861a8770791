import { AF_INET, AF_INET6 } from '@bight/loop-net/constants';

/** The system's number of an address family that a client gives as 4, 6, `'IPv4'` or `'IPv6'`; `null` for any. */
export function familyOf(family: unknown): number | null {
  const number = Number(String(family ?? 0).replace(/^IPv/, ''));
  if (number === 4) return AF_INET;
  return number === 6 ? AF_INET6 : null;
}
