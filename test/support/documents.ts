import { readdirSync, readFileSync } from 'node:fs';

/** The documents whose examples and tables the tests check. */
export const documents: readonly string[] = [
  ...readdirSync('.').filter((file) => file.endsWith('.md')),
  'clients/tributary-client/README.md',
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

export function readDocument(file: string): string {
  return readFileSync(file, 'utf8');
}

/** A fenced block of a document. */
export interface Example {
  readonly file: string;
  /** The word behind the opening fence; empty where there is none. */
  readonly language: string;
  /** Without the fences. */
  readonly text: string;
}

/** Every fenced block of every document. */
export function examples(): readonly Example[] {
  return documents.flatMap((file) =>
    [...readDocument(file).matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, language = '', text = '']) => ({ file, language, text })),
  );
}

/** The first fenced block of a language in a document. */
export function firstExample(file: string, language: string): string {
  const example = examples().find((one) => one.file === file && one.language === language);
  if (example === undefined) throw new Error(`${file} has no example in ${language}.`);
  return example.text;
}

/** The cells of every row of the tables under a heading of a document, without the row of titles. */
export function tableRows(file: string, heading: string): readonly (readonly string[])[] {
  const [, section = ''] = new RegExp(`^#+ ${heading}\\n([^]*?)(?=^#|(?![^]))`, 'm').exec(readDocument(file)) ?? [];
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** What stands in backquotes in a cell. */
export function extractCode(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
