import { hash } from 'node:crypto';

import { type DocumentNode, GraphQLError, Kind, parse } from 'graphql';

import { isJsonObject, parseJson } from '../../model/scalars.js';
import { findDuplicateName } from '../authentication/duplicate-names.js';

/** The texts of documents by their ids, or all that is wrong with the manifest: a sentence for each mistake, with the id of its entry. */
type Manifest = { readonly documents: ReadonlyMap<string, string> } | { readonly expected: readonly string[] };

/**
 * Reads a manifest: `{ "<id>": "<document>" }`, or that of Apollo. Every document is GraphQL and has an operation, no id occurs twice, and
 * an id that is a SHA-256 hash is that of its document.
 */
export function parseManifest(text: string): Manifest {
  const manifest = parseJson(text);
  if (!isJsonObject(manifest)) return formMistake;
  const entries = 'format' in manifest ? readApolloOperations(manifest['operations']) : Object.entries(manifest);
  const repeated = findDuplicateName(text);
  const expected = repeated === null ? [] : [`expected the entry ${formatId(repeated)} only once`];
  const documents = new Map<string, string>();
  for (const [key, document] of entries) {
    if (typeof document !== 'string' || document === '' || key === '') return formMistake;
    const id = key.replace(/^sha256:/, '');
    const mistake = documents.has(id) ? `expected the entry ${formatId(id)} only once` : findMistake(id, document);
    if (mistake !== null) expected.push(mistake);
    documents.set(id, document);
  }
  if (documents.size === 0) return formMistake;
  return expected.length === 0 ? { documents } : { expected: limitMistakes(expected) };
}

const formMistake: Manifest = { expected: ['expected a file with a JSON object of documents by their ids'] };

/** Mistakes of one manifest that are listed. */
const maxMistakes = 20;

/** Lists so many mistakes, and counts the others. */
export function limitMistakes(mistakes: readonly string[]): readonly string[] {
  const rest = mistakes.length - maxMistakes;
  return rest <= 0 ? mistakes : [...mistakes.slice(0, maxMistakes), `and ${rest} more mistakes in the manifest`];
}

/** An id of a manifest as messages show it. */
export function formatId(id: string): string {
  return JSON.stringify(id.length > 80 ? `${id.slice(0, 80)}…` : id);
}

/** The document as it is executed; null where it is no GraphQL. */
export function parseTrustedDocument(document: string): DocumentNode | null {
  try {
    return parse(document, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

function findMistake(id: string, document: string): string | null {
  if (/^[0-9a-f]{64}$/i.test(id) && hash('sha256', document) !== id.toLowerCase())
    return `expected the document of ${formatId(id)} to have this SHA-256 hash`;
  const parsed = parseTrustedDocument(document);
  if (parsed === null) return `expected the document of ${formatId(id)} to be GraphQL`;
  const hasOperation = parsed.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return hasOperation ? null : `expected the document of ${formatId(id)} to have an operation`;
}

function readApolloOperations(operations: unknown): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(operations)) return [];
  return operations.map((operation: unknown) =>
    isJsonObject(operation) && typeof operation['id'] === 'string' ? [operation['id'], operation['body']] : ['', null],
  );
}
