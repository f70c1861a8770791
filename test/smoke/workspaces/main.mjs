// Another package of the workspace, which has a copy of contextvars of its own: it sees the other copy's contexts.
import assert from 'node:assert/strict';
import * as own from '@bight/contextvars';
import { name, runNamed } from 'one';

const seen = await runNamed('kept', async () => {
  const context = own.copyContext();
  await context.run(async () => {
    name.set('inner');
    await null;
  });
  return [name.get(), context.get(name), name instanceof own.ContextVar];
});
assert.deepEqual(seen, ['kept', 'inner', true]);
assert.notEqual(own.ContextVar, name.constructor);
