/** How many columns a line of a comment or a document has at most. */
const WIDEST = 120;

/**
 * The lines of a file's comments, or of a document (`.md`), that are too long and could be broken: by number, from 1.
 * Tables, code, addresses and command lines stay as they are.
 */
export function overlongLines(text: string, extension: string): number[] {
  const lines = text.split('\n');
  const wrong = extension === '.md' ? overlongProse(lines) : lines.map((line) => isOverlongComment(line));
  return wrong.flatMap((isWrong, index) => (isWrong ? [index + 1] : []));
}

function isOverlongComment(line: string): boolean {
  // What is set in by three spaces or more is a command line or a drawing.
  return line.length > WIDEST && /^\s*(?:\/\/|\/?\*)(?! {3})/.test(line) && !line.includes('biome-ignore');
}

function overlongProse(lines: readonly string[]): boolean[] {
  let isCode = false;
  let isFrontMatter = lines[0] === '---';
  return lines.map((line, index) => {
    if (isFrontMatter) {
      if (index > 0 && line === '---') isFrontMatter = false;
      return false;
    }
    const isFence = /^\s*(?:```|~~~)/.test(line);
    if (isFence) isCode = !isCode;
    if (isFence || isCode || line.length <= WIDEST || /^\s*(?:\||#|<|\[[^\]]+\]:)/.test(line)) return false;
    const item = line.replace(/^\s*(?:> ?)*(?:(?:[-*+]|\d+[.)])\s+)?/, '');
    return / /.test(item.replaceAll(/`[^`]*`|\]\([^)]*\)/g, '').trim());
  });
}
