import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { importInGeneratorStyle } from './generator-twin.js';
import { type LoopName, loopsWith, type Need } from './loops.js';
import { rig } from './rig.js';
import type { Trace } from './trace.js';
import type { Body } from './traced.js';

/** How the coroutines of a scenario are written. */
export type Style = 'async' | 'generator';

/** What the module of a scenario exports: one of the two functions, and what restricts it. */
interface ScenarioModule {
  main?: (trace: Trace) => Promise<void>;
  run?: (trace: Trace) => Promise<void>;
  /** `'virtual'`: depends on which timers are due at the same time, so a real clock will not do. */
  clock?: 'virtual';
  /** `'async'`: awaits what a generator cannot wait for. */
  style?: 'async';
  /** What the loop has to offer beyond the core; the Python half then says `CLOCK = 'real'`. */
  needs?: Need;
  /** What it leaves open in its loop on purpose, as for `expectLeftOpen()`. */
  leftOpen?: RegExp;
}

/** One way to run a scenario. */
export interface Variant {
  style: Style;
  loop: LoopName;
  load(): Promise<Body>;
  leftOpen: RegExp | undefined;
}

const scenarios = path.join(rig, 'scenarios');

/** The names of all scenarios, `area/name`. */
export function scenarioNames(): string[] {
  const files = readdirSync(scenarios, { recursive: true, encoding: 'utf8' });
  const names = files.filter((file) => file.endsWith('.ts')).map((file) => file.replace(/\.ts$/, ''));
  const missing = names.filter((name) => !existsSync(path.join(scenarios, `${name}.py`)));
  if (missing.length > 0) throw new Error(`no Python half: ${missing.join(', ')}`);
  return names.map((name) => name.split(path.sep).join('/')).sort();
}

/** Every way in which a scenario has to leave the same trace. */
export async function variantsOf(name: string): Promise<Variant[]> {
  const file = path.join(scenarios, `${name}.ts`);
  const written = (await import(file)) as ScenarioModule;
  const { leftOpen } = written;
  const loops: LoopName[] =
    written.clock === 'virtual' ? ['virtual'] : loopsWith[written.needs ?? 'scheduling'];
  const styles: Style[] =
    written.main !== undefined && written.style !== 'async' ? ['async', 'generator'] : ['async'];
  const load = async (style: Style) =>
    bodyOf(style === 'async' ? written : await importInGeneratorStyle<ScenarioModule>(file), name);
  return styles.flatMap((style) => loops.map((loop) => ({ style, loop, load: () => load(style), leftOpen })));
}

function bodyOf({ main, run }: ScenarioModule, name: string): Body {
  if (main !== undefined) return { main };
  if (run !== undefined) return { run };
  throw new Error(`scenario ${name} exports neither main nor run`);
}
