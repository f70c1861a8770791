import { ValueError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { isAvailable } from '@bight/sockets';

/**
 * Which loop is to be the usual one.
 *
 * @throws {ValueError} when the environment variable `BIGHT_LOOP` names none
 */
export function chosenLoop(): 'selector' | 'proactor' {
  const wanted = process.env.BIGHT_LOOP ?? '';
  if (wanted === 'selector' || wanted === 'proactor') return wanted;
  if (wanted === '') return isAvailable() ? 'selector' : 'proactor';
  throw new ValueError(
    `the environment variable BIGHT_LOOP must be 'selector' or 'proactor', not ${describeValue(wanted)}`,
  );
}
