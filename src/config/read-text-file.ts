/** The trimmed content of a file, or what was expected of it. */
export type TextFile = { readonly text: string } | { readonly expected: string };

/** Messages hold neither the path, where a secret may stand by mistake, nor anything of the content. */
export function readTextFile(path: string, readFile: (path: string) => string): TextFile {
  let text: string;
  try {
    text = readFile(path).trim();
  } catch (error) {
    return { expected: `expected a file that can be read; ${reasonOf(error)}` };
  }
  return text === '' ? { expected: 'expected a file that is not empty' } : { text };
}

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is none of this name'],
  ['ENOTDIR', 'there is none of this name'],
  ['EACCES', 'this one may not be read'],
  ['EPERM', 'this one may not be read'],
  ['EISDIR', 'this is a folder'],
]);

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return reasons.get(code) ?? 'reading it failed';
}
