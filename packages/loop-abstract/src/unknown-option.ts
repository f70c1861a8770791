/**
 * Refuses the options that a function does not know: a misspelt one would be ignored.
 *
 * @param given - what the caller passed
 * @param known - the names of all options that there are
 * @throws {TypeError} naming the unknown option, and the known one that is nearest to it
 */
export function refuseUnknownOptions(given: object, known: readonly string[]): void {
  for (const name in given) {
    if (!known.includes(name)) throw unknownOption(name, known);
  }
}

function unknownOption(name: string, known: readonly string[]): TypeError {
  const nearest = nearestName(name, known);
  const hint =
    nearest === null ? `the options are ${known.map(quote).join(', ')}` : `did you mean ${quote(nearest)}?`;
  return new TypeError(`unknown option ${quote(name)}: ${hint}`);
}

function quote(name: string): string {
  return JSON.stringify(name);
}

/** The name that a caller probably meant; `null` where none is near. Python's spelling is as near as can be. */
function nearestName(name: string, known: readonly string[]): string | null {
  const wanted = plain(name);
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(wanted.length * 0.4)) + 1;
  for (const candidate of known) {
    const target = plain(candidate);
    const distance = target.startsWith(wanted) && wanted.length > 2 ? 1 : editDistance(wanted, target);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** How many characters must be changed, put in, left out or swapped with their neighbour (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let at = 1; at <= other.length; at++) {
      const isSame = one[row - 1] === other[at - 1];
      let least = Math.min(last[at]! + 1, current[at - 1]! + 1, last[at - 1]! + (isSame ? 0 : 1));
      const isSwapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      if (isSwapped) least = Math.min(least, before[at - 2]! + 1);
      current.push(least);
    }
    [before, last] = [last, current];
  }
  return last[other.length]!;
}
