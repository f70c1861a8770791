import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
const scenariosFile = path.join(folder, 'scenarios.json');
const programsFile = path.join(folder, 'programs.json');

/** Reads what was recorded. */
export function readRecorded(): Recorded {
  return { scenarios: read(scenariosFile, {}), programs: read(programsFile, []) };
}

/** Writes a recording, one entry of a trace a line, so that a change shows as what it is. */
export function writeRecorded({ scenarios, programs }: Recorded): void {
  mkdirSync(folder, { recursive: true });
  const byName = Object.entries(scenarios).map(([name, trace]) => `${JSON.stringify(name)}: ${list(trace)}`);
  writeFileSync(scenariosFile, `{\n${byName.join(',\n')}\n}\n`);
  const inOrder = programs.map(
    ({ program, trace }) => `{"program": ${JSON.stringify(program)},\n"trace": ${list(trace)}}`,
  );
  writeFileSync(programsFile, `[\n${inOrder.join(',\n')}\n]\n`);
}

function list(trace: Entry[]): string {
  return `[\n${trace.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]`;
}

function read<T>(file: string, otherwise: T): T {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : otherwise;
}
