import { ValueError } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import { checkText } from './text.js';

/** What is to be run. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows: the arguments are not to be quoted. */
  readonly isVerbatim: boolean;
}

/**
 * A program with its arguments.
 *
 * @throws {TypeError} for what is neither a string nor bytes
 */
export function programCommand(program: unknown, args: unknown): Command {
  const file = checkText(program, 'program');
  if (args !== undefined && args !== null && !Array.isArray(args)) throw typeError('args', 'an array', args);
  const given = (args ?? []) as readonly unknown[];
  return { file, args: given.map((arg, index) => checkText(arg, `args[${index}]`)), isVerbatim: false };
}

/**
 * A command for the system's shell.
 *
 * @throws {ValueError} for what is neither a string nor bytes, as in the reference
 */
export function shellCommand(cmd: unknown): Command {
  if (typeof cmd !== 'string' && !ArrayBuffer.isView(cmd)) throw new ValueError('cmd must be a string');
  const text = checkText(cmd, 'cmd');
  if (process.platform !== 'win32') return { file: '/bin/sh', args: ['-c', text], isVerbatim: false };
  const shell = process.env.ComSpec ?? 'cmd.exe';
  return { file: shell, args: ['/d', '/s', '/c', `"${text}"`], isVerbatim: true };
}
