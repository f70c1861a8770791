// Nothing is used when the packages are imported, so it is not too late for the switch. Prints the order of a callback
// and an await.
import { ContextVar, copyContext, getRunningLoop, run, setNodeInternals, sleep } from 'bight';

setNodeInternals(false);

const variable = new ContextVar('v', { default: 'none' });
const seen: string[] = [];

await run(async () => {
  const loop = getRunningLoop();
  await copyContext().run(async () => {
    variable.set('inside');
    loop.callSoon(() => seen.push(`callback ${variable.get()}`));
    await sleep(0);
    seen.push(`task ${variable.get()}`);
  });
  seen.push(`outside ${variable.get()}`);
});
try {
  setNodeInternals(true);
} catch (error) {
  seen.push(String(error));
}
console.log(seen.join(', '));
