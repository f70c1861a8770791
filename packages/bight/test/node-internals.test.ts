import path from 'node:path';
import { expect, test } from '@jest/globals';
import { runTypeScript } from '../../../test/support/run-typescript.js';

const program = path.join('packages/bight/test/programs', 'without-node-internals.ts');
const seen =
  'callback inside, task inside, outside none, ' +
  'RuntimeError: setNodeInternals() must be called before contexts, or a loop, are used for the first time\n';

test.each(['on', 'off'])(
  'setNodeInternals(false) works after the import, with BIGHT_NODE_INTERNALS=%s',
  async (setting) => {
    const { status, stdout, stderr } = await runTypeScript(program, {
      env: { BIGHT_NODE_INTERNALS: setting },
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: seen, stderr: '' });
  },
);
