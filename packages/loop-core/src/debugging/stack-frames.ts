/*
 * Stacks are text, and every engine writes its own: V8 (and the runtimes that follow it) a heading and lines `at name
 * (file:1:2)`, SpiderMonkey and JavaScriptCore only lines `name@file:1:2`.
 */

const V8 = /^\s+at /;
const V8_PARTS = /^\s*at (?:(?<name>.*?) \()?(?<file>[^()]+):(?<line>\d+):(?<column>\d+)\)?$/;
const FOLDED = /^ {4}at … \(\d+ frames? inside bight\)$/;
const OTHERS = /^(?<name>[^@\n]*)@(?<file>.+?):(?<line>\d+):(?<column>\d+)$/;

/** The parts of a frame. @internal */
export interface StackFrame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The lines of a stack that are frames. @internal */
export function framesOf(stack: string | undefined): string[] {
  const lines = (stack ?? '').split('\n');
  const frames = lines.filter((line) => V8.test(line));
  if (!frames.every(isFolded)) return frames;
  return lines.filter((line) => OTHERS.test(line) || isFolded(line));
}

/** The line that replaces `count` frames of the library. @internal */
export function foldedFrames(count: number): string {
  return `    at … (${count} ${count === 1 ? 'frame' : 'frames'} inside bight)`;
}

/** Whether a line stands for frames of the library. @internal */
export function isFolded(line: string): boolean {
  return FOLDED.test(line);
}

/** The parts of a frame; `null` where it names no place in a file. @internal */
export function parseFrame(frame: string): StackFrame | null {
  const parts = (V8_PARTS.exec(frame) ?? OTHERS.exec(frame))?.groups;
  if (parts === undefined) return null;
  return {
    name: (parts.name ?? '').replace(/^async[ *]/, ''),
    file: (parts.file as string).replace(/^async /, ''),
    line: Number(parts.line),
    column: Number(parts.column),
  };
}

/** What is printed of an error: its stack, under a heading, which not every engine writes. @internal */
export function describeStack(error: Error): string {
  const { stack } = error;
  if (typeof stack !== 'string') return String(error);
  const [first = ''] = stack.split('\n');
  const hasHeading = first !== '' && (!OTHERS.test(first) || framesOf(stack).some((frame) => V8.test(frame)));
  return hasHeading ? stack : `${error}\n${stack}`;
}
