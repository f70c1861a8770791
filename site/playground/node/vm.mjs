// The page's own realm is the only one.
export function runInThisContext(code) {
  return new Function(`return (${code});`)();
}

export default { runInThisContext };
