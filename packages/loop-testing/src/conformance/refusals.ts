import { NotImplementedError } from '@bight/loop-abstract';
import { type Capabilities, capabilities } from '@bight/loop-abstract/low-level';
import type { CaseDefinition } from './case.js';
import { equal, fails, ok } from './check.js';

/** For each method of a capability that a loop does not support: that it is absent, or throws. */
export function refusals(capability: keyof Capabilities): CaseDefinition[] {
  return Object.keys(capabilities[capability].methods).map((method) => ({
    capability,
    title: `${method}() is absent, or a NotImplementedError that names the class`,
    states: ['fresh'],
    needs: [],
    lacks: [],
    async check({ loop }) {
      const found: unknown = Reflect.get(loop, method);
      if (found === undefined) return;
      equal(typeof found, 'function');
      const error = await fails(() => Reflect.apply(found as () => unknown, loop, []), NotImplementedError);
      const { name } = loop.constructor;
      ok(error.message.includes(name), `the message should name ${name}: ${error.message}`);
      ok(error.message.includes(method), `the message should name ${method}: ${error.message}`);
    },
  }));
}
