import type { AbstractFuture } from '@bight/loop-abstract';

/** Where names are looked up, for a driver whose network is not that of the operating system. */
export interface NameResolver {
  /**
   * The addresses of a name, in order of preference.
   *
   * @param family - 4, 6, or 0 for both
   * @returns a future that fails with `code === 'ENOTFOUND'` where there is none
   */
  lookupAddresses(host: string, family: 0 | 4 | 6): AbstractFuture<{ address: string }[]>;

  /** The name of an address. Fails with `code === 'ENOTFOUND'` where it has none. */
  lookupName(address: string): AbstractFuture<string>;
}
