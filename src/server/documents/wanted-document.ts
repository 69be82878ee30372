import { isJsonObject } from '../../task/scalars/json-object.js';

/** How a request names its document: by its text, by its id in a manifest, or both. */
export interface WantedDocument {
  /** Empty where there is none. */
  readonly query: string;
  /** Null where there is none. */
  readonly id: string | null;
}

/**
 * Reads the forms that clients have: `documentId` (the draft of GraphQL over HTTP, also with `sha256:` before it) and
 * `extensions.persistedQuery.sha256Hash` (Apollo).
 */
export function wantedDocument(parameters: Readonly<Record<string, unknown>>): WantedDocument {
  const { query, documentId, extensions } = parameters;
  const persisted = isJsonObject(extensions) ? extensions['persistedQuery'] : undefined;
  const hash = isJsonObject(persisted) ? persisted['sha256Hash'] : undefined;
  const id = [documentId, hash].find((one) => typeof one === 'string' && one !== '');
  return { query: typeof query === 'string' ? query : '', id: typeof id === 'string' ? id.replace(/^sha256:/, '') : null };
}
