import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';

import { TributaryError } from '../../model/errors.js';
import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import { errorResponse } from '../http-error-responses.js';

/** Puts the text in the place of its id, for all that comes behind, and refuses what the manifest does not allow. */
export function resolveTrustedDocument(guard: TrustedDocumentGuard): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const parameters = readParameters(request);
    if (parameters === null) return;
    const guarded = guard.decide(readRequestedDocument(parameters), readClientName(request.headers));
    if (guarded.phase === 'refused') return reply.code(400).send(errorResponse(guarded.message, 'PERSISTED_QUERY_NOT_FOUND'));
    if (guarded.phase === 'found') replaceDocument(request, parameters, guarded.query);
  };
}

/** Null where they are nothing that names a document. */
function readParameters({ method, query, body }: FastifyRequest): JsonObject | null {
  const given: unknown = method === 'GET' ? query : body;
  if (!isJsonObject(given)) return null;
  return method === 'GET' ? { ...given, extensions: parseExtensions(given['extensions']) } : given;
}

function parseExtensions(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The id goes: Apollo would take it for a query that it should have kept. */
function replaceDocument(
  request: FastifyRequest,
  { documentId: _id, extensions: _extensions, ...others }: JsonObject,
  query: string,
): void {
  if (request.method !== 'GET') {
    request.body = { ...others, query };
    return;
  }
  const given = Object.entries({ ...others, query }).filter((one): one is [string, string] => typeof one[1] === 'string');
  request.query = Object.fromEntries(given);
  request.raw.url = `${request.url.split('?')[0]}?${new URLSearchParams(given).toString()}`;
}

/** Whether the text that came is answered, another one, or none, and then why, in words for the client. */
export type DocumentDecision =
  | { readonly phase: 'given' }
  /** By its id. */
  | { readonly phase: 'found'; readonly query: string }
  | { readonly phase: 'refused'; readonly message: string };

/** Told once for each text, not for each request. */
export interface UntrustedDocument {
  readonly clientName: string | null;
  readonly query: string;
}

/** How many untrusted texts are remembered as told. */
const maxReported = 1_000;

/** Finds documents by their ids, and holds texts against the manifest. */
export class TrustedDocumentGuard {
  readonly #trusted: TrustedDocuments | null;
  readonly #texts: ReadonlySet<string>;
  readonly #report: (document: UntrustedDocument) => void;
  readonly #reported = new Set<string>();

  /** Null: there is no manifest, every text is answered and no id is known. */
  constructor(trusted: TrustedDocuments | null, tell: (document: UntrustedDocument) => void) {
    this.#trusted = trusted;
    this.#texts = new Set(trusted?.documents.values());
    this.#report = tell;
  }

  decide({ query, id }: RequestedDocument, clientName: string | null): DocumentDecision {
    // Without a manifest an id is for the handler to refuse.
    if (this.#trusted === null) return { phase: 'given' };
    const known = id === null ? undefined : this.#trusted.documents.get(id);
    if (known !== undefined && (query === '' || query === known)) return { phase: 'found', query: known };
    if (known !== undefined) return { phase: 'refused', message: 'The document is another one than the one with its id.' };
    if (query === '' && id !== null) return { phase: 'refused', message: 'The manifest of trusted documents has none with this id.' };
    if (query === '' || this.#texts.has(query)) return { phase: 'given' };
    const mode = this.#modeOf(clientName);
    if (mode === 'enforce') return { phase: 'refused', message: 'The document is not in the manifest of trusted documents.' };
    if (mode === 'log') this.#reportOnce({ clientName, query });
    return { phase: 'given' };
  }

  #modeOf(clientName: string | null): TrustMode {
    const own = clientName === null ? undefined : this.#trusted?.clients.get(clientName);
    return own ?? this.#trusted?.mode ?? 'off';
  }

  #reportOnce(document: UntrustedDocument): void {
    if (this.#reported.has(document.query) || this.#reported.size >= maxReported) return;
    this.#reported.add(document.query);
    this.#report(document);
  }
}

/** What becomes of a document that is not in the manifest: it is answered, answered and logged, or refused. */
export type TrustMode = 'off' | 'log' | 'enforce';

/** The documents that the clients of this gateway were built with: the configuration's `graphql.trustedDocuments`. */
export interface TrustedDocuments {
  /** Texts of documents by their ids. */
  readonly documents: ReadonlyMap<string, string>;
  readonly mode: TrustMode;
  /** For clients of a name, which they claim themselves; all others have `mode`. */
  readonly clients: ReadonlyMap<string, TrustMode>;
}

/** How a request names its document: by its text, by its id in a manifest, or both. */
export interface RequestedDocument {
  /** Empty where there is none. */
  readonly query: string;
  /** Null where there is none. */
  readonly id: string | null;
}

/**
 * Reads the forms that clients have: `documentId` (the draft of GraphQL over HTTP, also with `sha256:` before it) and
 * `extensions.persistedQuery.sha256Hash` (Apollo).
 */
export function readRequestedDocument(parameters: Readonly<Record<string, unknown>>): RequestedDocument {
  const { query, documentId, extensions } = parameters;
  const persisted = isJsonObject(extensions) ? extensions['persistedQuery'] : undefined;
  const hash = isJsonObject(persisted) ? persisted['sha256Hash'] : undefined;
  const id = [documentId, hash].find((one) => typeof one === 'string' && one !== '');
  return { query: typeof query === 'string' ? query : '', id: typeof id === 'string' ? id.replace(/^sha256:/, '') : null };
}

/** The name that a client gives itself as Apollo's clients do, in a header or in `connection_init`; null where it gives none. */
export function readClientName(given: Readonly<Record<string, unknown>>): string | null {
  const name = given['apollographql-client-name'];
  return typeof name === 'string' && name !== '' ? name : null;
}

/** Thrown for a document, or the id of one, that is not in the manifest of trusted documents: deploy the manifest before the client. */
export class UntrustedDocumentError extends TributaryError {
  override readonly name = 'UntrustedDocumentError';
  readonly code = 'PERSISTED_QUERY_NOT_FOUND';
}
