import { type Capabilities, capabilities } from '@bight/loop-abstract/low-level';
import { describeValue } from '@bight/loop-abstract/validate';

/** What a loop may or may not be able to do within a capability. */
const FEATURES = {
  coreTasks: 'TaskLoop',
  systemSockets: 'NetLoop',
  unixDatagrams: 'NetLoop',
  tls: 'NetLoop',
  systemSendfile: 'NetLoop',
} as const satisfies Record<string, keyof Capabilities>;

/**
 * What a loop supports beyond the methods of its capabilities: `coreTasks`: its tasks are those of `@bight/loop-core`,
 * which `timeout()`, `TaskGroup` and `currentTask()` need; `systemSockets`: its network is the system's, so that paths
 * of sockets are files, and Node's sockets can be taken over; `unixDatagrams`: `createDatagramEndpoint()` takes paths;
 * `tls`: connections and servers take `ssl`, and `startTls()` upgrades them; `systemSendfile`: `sendfile()` works with
 * `fallback: false`.
 */
export type Feature = keyof typeof FEATURES;

/** Something that a case may require of a loop. */
export type Requirement = keyof Capabilities | Feature;

/**
 * What a loop supports: the names of capability interfaces, and of features. What is not named, or `false`, is not
 * supported; of capabilities the kit then checks that their methods refuse to work.
 */
export type Supports = { readonly [Name in Requirement]?: boolean | undefined };

/** The names of what is supported. */
export function checkSupports(supports: Supports): ReadonlySet<Requirement> {
  if (typeof supports !== 'object' || supports === null) {
    throw new TypeError(
      `supports must be an object such as { SchedulingLoop: true }, not ${describeValue(supports)}`,
    );
  }
  const known = [...Object.keys(capabilities), ...Object.keys(FEATURES)];
  for (const name of Object.keys(supports)) {
    if (!known.includes(name)) {
      throw new TypeError(`supports names ${name}, which is none of ${known.join(', ')}`);
    }
  }
  const named = new Set(known.filter((name) => supports[name as Requirement] === true) as Requirement[]);
  for (const [feature, capability] of Object.entries(FEATURES)) {
    if (named.has(feature as Feature) && !named.has(capability)) {
      throw new TypeError(`supports names ${feature}, which is a feature of ${capability}, but not that`);
    }
  }
  return named;
}
