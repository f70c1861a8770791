import { setNativeTls } from '../../src/low-level.js';
import { drivers, type NetLoopClass } from './loops.js';

// Node 20 trusts what is in the file that this names, and does not say what that is: `node:tls` has to serve contexts
// without `ca` then, and the tests would say nothing.
delete process.env.NODE_EXTRA_CA_CERTS;

/** A loop class whose connections are secured by OpenSSL without `node:tls`, or else by that. */
export function withNativeTls(Loop: NetLoopClass, isNative = true): NetLoopClass {
  return class extends Loop {
    override async runUntilComplete<T>(
      main: Parameters<InstanceType<NetLoopClass>['runUntilComplete']>[0],
    ): Promise<T> {
      setNativeTls(isNative);
      try {
        return (await super.runUntilComplete(main)) as T;
      } finally {
        setNativeTls(null);
      }
    }
  } as NetLoopClass;
}

const [proactor, selector] = drivers as [(typeof drivers)[0], (typeof drivers)[0]];

/** The loop classes that everything of TLS is tested on: `node:tls` on both drivers, and OpenSSL on the selector. */
export const tlsDrivers: typeof drivers = [
  proactor,
  { name: 'selector, TLS by node:tls', Loop: withNativeTls(selector.Loop, false) },
  { name: 'selector, TLS by OpenSSL', Loop: withNativeTls(selector.Loop) },
];
