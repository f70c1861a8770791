import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { ValueError } from '@bight/loop-abstract';
import { describeValue, valueError } from '@bight/loop-abstract/validate';

const LONGEST_LABEL = 63;

/** What the URL standard forbids in the name of a host; its conversion would cut or decode some of it. */
const FORBIDDEN = /[\0-\x20#%/:<>?@[\\\]^|\x7f]/;

/**
 * The form in which a server's name is sent to it and looked for in its certificate: international names as A-labels
 * (`xn--…`), addresses as they are, and no dot at the end (RFC 6066, section 3).
 *
 * @param name - the name that the caller gave; `''` stands for no name
 * @param argument - what the argument is called, for messages
 * @throws {ValueError} for what cannot be the name of a host
 */
export function toServerName(name: string, argument: string): string {
  if (name === '' || isIP(name) !== 0) return name;
  const ascii = isAscii(name) ? name : toALabels(name, argument);
  if (ascii.includes('\0')) throw valueError(argument, 'a name without null characters', name);
  const withoutDot = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  for (const label of withoutDot.split('.')) {
    if (label === '' || label.length > LONGEST_LABEL) {
      const rule = `labels of 1 to ${LONGEST_LABEL} characters`;
      throw new ValueError(
        `${argument} must have ${rule}, not ${JSON.stringify(label)} as in ${describeValue(name)}`,
      );
    }
  }
  return withoutDot;
}

function toALabels(name: string, argument: string): string {
  const ascii = FORBIDDEN.test(name) ? '' : domainToASCII(name);
  if (ascii === '') throw valueError(argument, 'the name of a host', name);
  return ascii;
}

function isAscii(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}
