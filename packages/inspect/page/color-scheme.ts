import { useEffect, useState } from 'preact/hooks';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** The colours that the reader wants; for what is drawn by hand, and not by the style sheet. */
export function useColorScheme(): 'dark' | 'light' {
  const [scheme, setScheme] = useState<'dark' | 'light'>(dark.matches ? 'dark' : 'light');
  useEffect(() => {
    const changed = (): void => setScheme(dark.matches ? 'dark' : 'light');
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  return scheme;
}
