// Writes the characters beyond Latin-1 in a bundle as escapes (decision 028). With a single one, even in a comment, V8
// keeps the whole file with two bytes per character. esbuild has escaped those in strings. The rest are in comments,
// patterns and templates, where an escape means the same. No line moves.

/** @param {string} text */
export function inOneByte(text) {
  return text.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
