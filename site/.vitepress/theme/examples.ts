const files = import.meta.glob<string>('../../playground/examples/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The programs of the playground, in the order of their files: the first line of each is its name. */
export const examples = Object.keys(files)
  .sort()
  .map((file) => {
    const [first = '', ...rest] = files[file]!.split('\n');
    return { name: first.replace(/^\/\/ /, ''), text: rest.join('\n').trimStart() };
  });

/** The program in the page's address, by its name or with its text. */
export function exampleInAddress(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1));
  const code = given.get('code');
  if (code !== null) {
    examples.push({ name: 'From the docs', text: code });
    return 'From the docs';
  }
  return examples.find(({ name }) => name === given.get('example'))?.name;
}
