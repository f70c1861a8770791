import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Program } from './program.js';
import { rig } from './rig.js';
import type { Entry } from './trace.js';

/** What CPython left when record.ts ran last: stands in for it where there is no CPython. */
export interface Recorded {
  /** By the names of the scenarios. */
  scenarios: Record<string, Entry[]>;
  programs: RecordedProgram[];
}

/** A random program with the trace that CPython left. */
export interface RecordedProgram {
  program: Program;
  trace: Entry[];
}

const folder = path.join(rig, 'recorded');
/** A file for each area. */
const scenariosFolder = path.join(folder, 'scenarios');
const programsFile = path.join(folder, 'programs.json');

/** Reads what was recorded. */
export function readRecorded(): Recorded {
  const files = existsSync(scenariosFolder) ? readdirSync(scenariosFolder) : [];
  const areas = files.map((file) => read<Recorded['scenarios']>(path.join(scenariosFolder, file), {}));
  return { scenarios: Object.assign({}, ...areas), programs: read(programsFile, []) };
}

/** Writes a recording, one entry of a trace a line, so that a change shows as what it is. */
export function writeRecorded({ scenarios, programs }: Recorded): void {
  rmSync(scenariosFolder, { recursive: true, force: true });
  mkdirSync(scenariosFolder, { recursive: true });
  for (const [area, texts] of byArea(scenarios)) {
    writeFileSync(path.join(scenariosFolder, `${area}.json`), `{\n${texts.join(',\n')}\n}\n`);
  }
  const inOrder = programs.map(
    ({ program, trace }) => `{"program": ${JSON.stringify(program)},\n"trace": ${list(trace)}}`,
  );
  writeFileSync(programsFile, `[\n${inOrder.join(',\n')}\n]\n`);
}

function byArea(scenarios: Recorded['scenarios']): Map<string, string[]> {
  const areas = new Map<string, string[]>();
  for (const [name, trace] of Object.entries(scenarios)) {
    const area = path.dirname(name);
    const texts = areas.get(area) ?? [];
    areas.set(area, texts);
    texts.push(`${JSON.stringify(name)}: ${list(trace)}`);
  }
  return areas;
}

function list(trace: Entry[]): string {
  return `[\n${trace.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]`;
}

function read<T>(file: string, otherwise: T): T {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : otherwise;
}
