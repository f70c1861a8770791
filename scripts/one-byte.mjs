// Writes the characters beyond Latin-1 in a bundle as escapes. One of them, in a comment say, has V8 keep the whole
// file with two bytes for each character, and read it so. esbuild has escaped what stands in strings: what is left is
// in comments, patterns and templates, where an escape means the same. No line moves.

/** @param {string} text */
export function inOneByte(text) {
  return text.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
