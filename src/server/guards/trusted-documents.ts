import { TributaryError } from '../../model/errors.js';
import { isJsonObject, parseJson } from '../../model/scalars.js';

/** Which document is executed. */
type DocumentDecision =
  /** The text that the client sent. */
  | { readonly kind: 'given' }
  /** The text that the manifest has under the id that the client sent. */
  | { readonly kind: 'found'; readonly query: string }
  /** None; the message is for the client. */
  | { readonly kind: 'refused'; readonly message: string };

/** A document that is not in the manifest, for the log. */
interface UntrustedDocument {
  readonly clientName: string | null;
  readonly query: string;
}

/** How many untrusted texts are logged, each once; then no more are, so that a client cannot fill the memory or the log. */
const maxReported = 1_000;

/** Finds documents by their ids, and compares texts with the manifest. */
export class TrustedDocumentGuard {
  readonly #trusted: TrustedDocuments | null;
  readonly #texts: ReadonlySet<string>;
  readonly #report: (document: UntrustedDocument) => void;
  readonly #reported = new Set<string>();

  /** Null: there is no manifest, so every text is executed and no id is known. */
  constructor(trusted: TrustedDocuments | null, report: (document: UntrustedDocument) => void) {
    this.#trusted = trusted;
    this.#texts = new Set(trusted?.documents.values());
    this.#report = report;
  }

  decide({ query, id }: RequestedDocument, clientName: string | null): DocumentDecision {
    // Without a manifest, the handler refuses an id.
    if (this.#trusted === null) return { kind: 'given' };
    const known = id === null ? undefined : this.#trusted.documents.get(id);
    if (known !== undefined && (query === '' || query === known)) return { kind: 'found', query: known };
    if (known !== undefined) return { kind: 'refused', message: 'The document is not the one that has its id in the manifest.' };
    if (query === '' && id !== null) return { kind: 'refused', message: 'The manifest of trusted documents has no document with this id.' };
    if (query === '' || this.#texts.has(query)) return { kind: 'given' };
    const mode = this.#findMode(clientName);
    if (mode === 'enforce') return { kind: 'refused', message: 'The document is not in the manifest of trusted documents.' };
    if (mode === 'log') this.#reportOnce({ clientName, query });
    return { kind: 'given' };
  }

  #findMode(clientName: string | null): TrustMode {
    const own = clientName === null ? undefined : this.#trusted?.clients.get(clientName);
    return own ?? this.#trusted?.mode ?? 'off';
  }

  #reportOnce(document: UntrustedDocument): void {
    if (this.#reported.has(document.query) || this.#reported.size >= maxReported) return;
    this.#reported.add(document.query);
    this.#report(document);
  }
}

/** What is done with a document that is not in the manifest: it is executed, executed and logged, or refused. */
export type TrustMode = 'off' | 'log' | 'enforce';

/** The documents that the clients of this gateway were built with: `graphql.trustedDocuments` of the configuration. */
export interface TrustedDocuments {
  /** Texts of documents by their ids. */
  readonly documents: ReadonlyMap<string, string>;
  readonly mode: TrustMode;
  /** Other modes for clients by name. The name is what a client claims, so this is no protection. */
  readonly clients: ReadonlyMap<string, TrustMode>;
}

/** How a request names its document: by its text, by its id in a manifest, or both. */
interface RequestedDocument {
  /** The text; empty where there is none. */
  readonly query: string;
  /** The id; null where there is none. */
  readonly id: string | null;
}

/**
 * Reads the id in the two forms that clients send: `documentId` (draft of GraphQL over HTTP, also with the prefix `sha256:`) and
 * `extensions.persistedQuery.sha256Hash` (Apollo).
 */
export function readRequestedDocument(parameters: Readonly<Record<string, unknown>>): RequestedDocument {
  const { query, documentId, extensions } = parameters;
  const persisted = isJsonObject(extensions) ? extensions['persistedQuery'] : undefined;
  const hash = isJsonObject(persisted) ? persisted['sha256Hash'] : undefined;
  const id = [documentId, hash].find((value) => typeof value === 'string' && value !== '');
  return { query: typeof query === 'string' ? query : '', id: typeof id === 'string' ? id.replace(/^sha256:/, '') : null };
}

/** The name that a client gives itself as Apollo's clients do, in a header or in `connection_init`; null where it gives none. */
export function readClientName(values: Readonly<Record<string, unknown>>): string | null {
  const name = values['apollographql-client-name'];
  return typeof name === 'string' && name !== '' ? name : null;
}

/** Thrown for a document or an id that is not in the manifest of trusted documents: deploy the manifest before the client. */
export class UntrustedDocumentError extends TributaryError {
  override readonly name = 'UntrustedDocumentError';
  readonly code = 'PERSISTED_QUERY_NOT_FOUND';
}

/** The documents of a manifest by id; null when the text is not a manifest of a known format, or is empty. */
export function parseManifest(text: string): ReadonlyMap<string, string> | null {
  const manifest = parseJson(text);
  if (!isJsonObject(manifest)) return null;
  const entries = 'format' in manifest ? readApolloOperations(manifest['operations']) : Object.entries(manifest);
  const documents = new Map<string, string>();
  for (const [id, document] of entries) {
    if (typeof document !== 'string' || document === '' || id === '') return null;
    documents.set(id.replace(/^sha256:/, ''), document);
  }
  return documents.size === 0 ? null : documents;
}

function readApolloOperations(operations: unknown): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(operations)) return [];
  return operations.map((operation: unknown) =>
    isJsonObject(operation) && typeof operation['id'] === 'string' ? [operation['id'], operation['body']] : ['', null],
  );
}
