// The measurements while a loop rests, and the criteria for growth.
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

const MB = 1024 * 1024;
/** The most bytes that a connection may leave behind. It takes many connections, since memory varies without any. */
const BYTES_PER_CONNECTION = 100;
const ENOUGH_CONNECTIONS = 2000;
const SWING_MB = 0.6;

/** Measures when everything that was closed has had time to end. */
export async function sample(loop, counts, seconds) {
  for (let turn = 0; turn < 20; turn++) await bightTurn(loop);
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc?.();
    await bightTurn(loop);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    seconds: Math.round(seconds),
    ...counts,
    'RSS MB': round(rss / MB),
    'heap MB': round(heapUsed / MB),
    'external MB': round(external / MB),
    descriptors: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length,
    handles: loop.liveHandles().length,
    children: children(),
  };
}

/**
 * The problems, one sentence each: any growth of a count, and growth of memory beyond its variation.
 *
 * @param {Record<string, number>[]} samples @param {string[]} [more] counts beside the usual ones
 */
export function growth(samples, more = []) {
  // After the first quarter, caches and compiled code no longer grow.
  const settled = samples.slice(Math.floor(samples.length / 4));
  const early = settled.slice(0, Math.floor(settled.length / 3));
  const late = settled.slice(-Math.floor(settled.length / 3));
  const problems = [];
  for (const name of ['descriptors', 'resources', 'handles', 'children', ...more]) {
    const [before, after] = [most(early, name), least(late, name)];
    if (after > before) problems.push(`${name}: from ${before} to ${after}`);
  }
  for (const [name, slack] of [
    ['RSS MB', 16],
    ['heap MB', 2],
    ['external MB', 2],
  ]) {
    const [before, after] = [median(early, name), median(late, name)];
    if (after > before * 1.05 + slack) problems.push(`${name}: from ${before} to ${after}`);
  }
  const kept = (row) => row['heap MB'] + row['external MB'];
  const gained = medianOf(late.map(kept)) - medianOf(early.map(kept));
  const made = median(late, 'connections') - median(early, 'connections');
  if (made >= ENOUGH_CONNECTIONS && gained > SWING_MB) {
    const bytes = Math.round(slope(settled.map((row) => [row.connections, kept(row) * MB])));
    if (bytes > BYTES_PER_CONNECTION) problems.push(`memory: ${bytes} bytes for each connection`);
  }
  return problems;
}

/** The median slope between all pairs of points, which ignores outliers. */
function slope(points) {
  const slopes = points.flatMap(([x, y], index) =>
    points.slice(index + 1).map((next) => (next[1] - y) / (next[0] - x)),
  );
  // There are no connections between some rests.
  return medianOf(slopes.filter(Number.isFinite));
}

function bightTurn(loop) {
  const turned = loop.createFuture();
  setTimeout(() => loop.callSoonThreadsafe(() => turned.setResult(null)), 5);
  return turned;
}

/** The child processes of this process, zombies included. */
function children() {
  const mine = String(process.pid);
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === mine;
    } catch {
      return false;
    }
  }).length;
}

const of = (samples, name) => samples.map((row) => row[name]);
const most = (samples, name) => Math.max(...of(samples, name));
const least = (samples, name) => Math.min(...of(samples, name));
const round = (number) => Math.round(number * 100) / 100;

function median(samples, name) {
  return medianOf(of(samples, name));
}

function medianOf(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
