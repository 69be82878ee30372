import { TributaryError } from '../../model/errors.js';
import { isJsonObject } from '../../model/scalars.js';

/** Which document is executed. */
type DocumentDecision =
  /** A text: that of the client, or the one that the manifest has under the id of the client. `onExecuted`: to be called when it is. */
  | { readonly kind: 'accepted'; readonly query: string; readonly onExecuted: () => void }
  /** None. */
  | { readonly kind: 'refused'; readonly error: TributaryError };

/** A document that is not in the manifest, for the log. */
interface UntrustedDocument {
  readonly clientName: string | null;
  readonly query: string;
}

/** How many untrusted texts are logged, each once; then no more are, so that a client cannot fill the memory or the log. */
const maxReported = 1_000;

/**
 * Finds documents by their ids, and compares texts with the manifest. Where texts that are not in it are executed, an unknown id only
 * makes the client send the text: clients with automatic persisted queries send the hash of a document first, then hash and text.
 */
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
    const mode = this.#findMode(clientName);
    const known = id === null ? undefined : this.#trusted?.documents.get(id);
    if (known !== undefined && (query === '' || query === known)) return accept(known);
    if (mode === 'enforce') {
      if (known !== undefined) return refuse('The document is not the one that has its id in the manifest.');
      if (query === '' && id !== null) return refuse('The manifest of trusted documents has no document with this id.');
      if (query !== '' && !this.#texts.has(query)) return refuse('The document is not in the manifest of trusted documents.');
    }
    if (query === '' && id !== null) return { kind: 'refused', error: new PersistedQueryError({ hasManifest: this.#trusted !== null }) };
    if (mode !== 'log' || query === '' || this.#texts.has(query)) return accept(query);
    return { kind: 'accepted', query, onExecuted: () => this.#reportOnce({ clientName, query }) };
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

function accept(query: string): DocumentDecision {
  return { kind: 'accepted', query, onExecuted: reportNothing };
}

function refuse(message: string): DocumentDecision {
  return { kind: 'refused', error: new UntrustedDocumentError(message) };
}

function reportNothing(): void {
  // The document is trusted, or nobody wants to know.
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
  /** The id; null where there is none, empty where it cannot be one. */
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
  const unusable = persisted === undefined ? null : '';
  return { query: typeof query === 'string' ? query : '', id: typeof id === 'string' ? id.replace(/^sha256:/, '') : unusable };
}

/** The name that a client gives itself as Apollo's clients do, in a header or in `connection_init`; null where it gives none. */
export function readClientName(values: Readonly<Record<string, unknown>>): string | null {
  const name = values['apollographql-client-name'];
  return typeof name === 'string' && name !== '' ? name : null;
}

/** Thrown for a document or an id that is not in the manifest of trusted documents: deploy the manifest before the client. */
class UntrustedDocumentError extends TributaryError {
  override readonly name = 'UntrustedDocumentError';
  readonly code = 'PERSISTED_QUERY_NOT_FOUND';
}

/**
 * Thrown for an id without a text where any text is executed: send the text, with or without the id. The messages are those by which
 * clients with automatic persisted queries go. The status is 200, because many of them read the errors of no other response.
 */
export class PersistedQueryError extends TributaryError {
  override readonly name = 'PersistedQueryError';
  readonly code: 'PERSISTED_QUERY_NOT_FOUND' | 'PERSISTED_QUERY_NOT_SUPPORTED';
  readonly status = 200;

  /** Without a manifest no id is ever known, so a client need not send another one. */
  constructor({ hasManifest }: { readonly hasManifest: boolean }) {
    super(hasManifest ? 'PersistedQueryNotFound' : 'PersistedQueryNotSupported');
    this.code = hasManifest ? 'PERSISTED_QUERY_NOT_FOUND' : 'PERSISTED_QUERY_NOT_SUPPORTED';
  }
}
