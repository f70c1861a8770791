import { ValueError } from '@bight/loop-abstract';
import { checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import type { HostPace } from './host-process.js';
import type { HostSystem } from './simulated-host.js';

/** How slow a host is. */
export interface HostPaceOptions {
  /** How long a turn of its code takes, in **seconds**. */
  turn: number;
  /** How much longer it may take, in **seconds**: a random time up to that; by default 0. */
  jitter?: number;
}

/** Makes what holds a host up; `null` where its turns take no time. */
export function hostPace(options: HostPaceOptions, system: HostSystem, host: string): HostPace | null {
  const { turn, jitter } = checkOptions(options, ['turn', 'jitter']);
  const least = checkDuration(turn, 'turn');
  const more = checkDuration(jitter ?? 0, 'jitter');
  if (least === 0 && more === 0) return null;
  const random = system.stream('pace', host);
  return {
    afterTurn(over) {
      system.callAt(system.now() + least + more * random.next(), over);
    },
  };
}

function checkDuration(value: unknown, name: string): number {
  const seconds = checkSeconds(value, name);
  if (seconds >= 0 && seconds < Number.POSITIVE_INFINITY) return seconds;
  throw new ValueError(`${name} must be finite and not negative, got ${seconds}`);
}
