// Reads a trace as Chrome's DevTools do: with their own engine, `@paulirish/trace_engine`.

/**
 * Loads a trace into the engine, and compares the engine's slices with the events of the file.
 *
 * @param engine the engine's exports
 * @param traceEvents the events of the file
 * @returns the problems, as strings
 */
export async function compareWithEngine({ TraceModel }, traceEvents) {
  const model = TraceModel.Model.createWithAllHandlers();
  await model.parse(structuredClone(traceEvents), { isCPUProfile: false });
  const { Meta, Renderer } = model.parsedTrace(0).data;
  const found = new Map();
  for (const { threads } of Renderer.processes.values())
    for (const [tid, { name, entries }] of threads) found.set(tid, `${name}: ${entries.length}`);
  const names = new Map();
  const counts = new Map();
  for (const { ph, name, tid, args } of traceEvents) {
    if (ph === 'M' && name === 'thread_name') names.set(tid, args.name);
    if (ph === 'X') counts.set(tid, (counts.get(tid) ?? 0) + 1);
  }
  const problems = [...counts]
    .filter(([tid, count]) => found.get(tid) !== `${names.get(tid)}: ${count}`)
    .map(([tid, count]) => `${names.get(tid)}: ${count} slices; the engine has ${found.get(tid)}`);
  const times = traceEvents.flatMap(({ ph, ts, dur }) => (ph === 'X' ? [ts, ts + dur] : []));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  if (Meta.traceBounds.min > first + 1 || Meta.traceBounds.max < last - 1)
    problems.push(`the engine shows ${JSON.stringify(Meta.traceBounds)} of ${first} to ${last}`);
  if (counts.size < 3) problems.push(`there are ${counts.size} tracks`);
  return problems;
}
