// Runs one scenario on one loop: once to count its system calls, then once for each of their failures. Writes a line of
// JSON before each run and after it, so that the lines show what was being done when this process ended.
import '@bight/loop-net/native';
import { readdirSync } from 'node:fs';
import { ProactorEventLoop, SelectorEventLoop } from '@bight/loop-net';
import { faultsFor } from './failures.js';
import { type Fault, Plan } from './plan.js';
import { type NetworkedLoop, Sightings, scenarios, wentWell } from './scenarios.js';

const [loopName, scenario, extent, first] = process.argv.slice(2) as [
  keyof typeof loops,
  keyof typeof scenarios,
  string,
  string,
];

const loops = {
  proactor: () => new ProactorEventLoop() as NetworkedLoop,
  selector: () => new SelectorEventLoop() as unknown as NetworkedLoop,
};

// What cannot be handled above libuv: it takes it for a bug when its descriptors cannot be watched, and aborts; and it
// reads a connection's error from memory that the failed call has not filled.
const skipped = loopName === 'proactor' ? ['epoll_ctl', 'getsockopt'] : [];

const DEADLINE_MS = 20_000;

const plan = new Plan(process.env.FAULT_PLAN as string);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Closing takes some turns of the platform. */
async function descriptorsLeft(before: number): Promise<number> {
  for (let turns = 0; turns < 200 && descriptors() > before; turns++) {
    await new Promise((resolve) => setTimeout(resolve, turns < 50 ? 0 : 5));
  }
  return descriptors() - before;
}

async function run(fault: Fault | null) {
  const seen = new Sightings();
  const before = descriptors();
  plan.arm(fault);
  try {
    const loop = loops[loopName]();
    loop.setExceptionHandler((_, { message, exception }) => {
      if (exception) seen.error(exception);
      else seen.complain(message);
    });
    await loop.runUntilComplete(async () => {
      await scenarios[scenario](loop, seen);
    });
    for (const { kind, handle } of loop.liveHandles()) seen.complain(`left open: ${kind} ${handle}`);
    loop.close();
  } catch (error) {
    seen.error(error);
  }
  const { isInjected, counts } = plan.disarm();
  const left = await descriptorsLeft(before);
  if (left > 0) seen.complain(`${left} descriptors are left`);
  return {
    report: {
      fault,
      isInjected,
      wentWell: wentWell(seen),
      errors: seen.errors.map(({ code, message }) => code ?? message),
      complaints: seen.complaints,
    },
    counts,
  };
}

process.on('uncaughtException', (error) => {
  plan.disarm();
  say({ uncaught: error.stack });
  process.exit(4);
});

// What is created once and kept is no leak.
await run(null);
const clean = await run(null);
say({ clean: clean.report, counts: Object.fromEntries(clean.counts) });
const faults = faultsFor(clean.counts, extent === 'all', skipped);
say({ faults: faults.length });
for (let index = Number(first); index < faults.length; index++) {
  say({ begins: index, fault: faults[index] });
  const deadline = setTimeout(() => {
    plan.disarm();
    say({ hangs: faults[index] });
    process.exit(3);
  }, DEADLINE_MS);
  say((await run(faults[index] as Fault)).report);
  clearTimeout(deadline);
}
say({ done: true });
