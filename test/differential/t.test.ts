import { writeSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { variantsOf } from './support/scenario.js';
import { traced } from './support/traced.js';
const say = (t: string) => writeSync(2, `${Date.now() % 100000} ${t}\n`);
test('x', async () => {
  say('variants');
  for (const { style, host, body } of await variantsOf('pipes/aborting')) {
    say(`${style} ${host}`);
    say(JSON.stringify(await traced(body, { host })));
  }
});
