import type { JsonObject } from '../../model/scalars.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from '../../upstream/response-problem.js';
import { readText, type UpstreamResponse } from '../../upstream/response.js';
import type { UpstreamClient } from '../../upstream/upstream.js';
import type { AstraSettings } from './settings.js';
import { type AstraWirePage, parseAstraPage } from './wire.js';

/** Parameters of a list. */
export interface AstraTaskQuery {
  /** One clause, such as `state eq 'running'`; the grammar has no "and". */
  readonly filter?: string;
  /** The token of the previous page. The plane sends such tokens, but does not document that it accepts them. */
  readonly continueToken?: string;
}

/**
 * The routes of the task API, which is read-only. Throws a SourceProblemError for every response that is not the
 * expected one.
 */
export class AstraClient {
  readonly #upstream: UpstreamClient;
  readonly #path: readonly string[];
  readonly #headers: Readonly<Record<string, string>>;

  constructor(upstream: UpstreamClient, settings: AstraSettings) {
    this.#upstream = upstream;
    this.#path = ['accounts', settings.accountId, 'core', 'v1', 'tasks'];
    // The reference of the API sends this Accept, and says that the response is JSON.
    this.#headers = { accept: '*/*', authorization: `Bearer ${settings.credentials.token}` };
  }

  /** One page of the list; null when the plane does not accept the continue token that it sent. */
  async list({ filter, continueToken }: AstraTaskQuery, signal: AbortSignal): Promise<AstraWirePage | null> {
    const query = {
      ...(filter === undefined ? {} : { filter }),
      ...(continueToken === undefined ? {} : { continue: continueToken }),
    };
    const response = await this.#get(this.#path, query, signal);
    if (continueToken !== undefined && isProblem(response, 400, [problemNumbers.parametersNotSupported])) return null;
    const page = parseAstraPage(parseJson(response));
    if (page === null) throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent no list.', { httpStatus: response.status });
    return page;
  }

  /** One task, not parsed; null when the plane does not have it, or never has such an id. */
  async get(id: string, signal: AbortSignal): Promise<{ readonly item: unknown } | null> {
    const response = await this.#get([...this.#path, id], {}, signal);
    if (isProblem(response, 404, [problemNumbers.resourceNotFound])) return null;
    if (isProblem(response, 400, [problemNumbers.invalidAccountId, problemNumbers.invalidResourceId])) return null;
    return { item: parseJson(response) };
  }

  #get(path: readonly string[], query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<UpstreamResponse> {
    return this.#upstream.read({ method: 'GET', path, query, headers: this.#headers, signal });
  }
}

function parseJson(response: UpstreamResponse): unknown {
  if (!response.isSuccess) throw toStatusProblem(response, parseAstraErrorBody(response));
  return response.json();
}

function isProblem(response: UpstreamResponse, status: number, numbers: readonly number[]): boolean {
  if (response.status !== status) return false;
  const number = parseProblemNumber(response.jsonObjectOrEmpty());
  return number !== null && numbers.includes(number);
}

/**
 * Numbers of the problem types that the client distinguishes. Several numbers share a title, so only the number is
 * compared.
 */
export const problemNumbers = {
  resourceNotFound: 1,
  parametersNotSupported: 6,
  invalidAccountId: 33,
  invalidResourceId: 35,
} as const;

/**
 * The number at the end of the `type` of a problem document (`https://astra.netapp.io/problems/6` is 6); null for any
 * other body. Its member `status` is a string, against RFC 9457, and is ignored.
 */
export function parseProblemNumber(document: JsonObject): number | null {
  const number = /\/problems\/(\d{1,6})$/.exec(readText(document, 'type') ?? '')?.[1];
  return number === undefined ? null : Number(number);
}

/** Reads a problem document; all null where the body is something else, such as HTML. */
export function parseAstraErrorBody(response: UpstreamResponse): PlaneErrorBody {
  const document = response.jsonObjectOrEmpty();
  const correlationId = readText(document, 'correlationID');
  return {
    message: readText(document, 'detail') ?? readText(document, 'title'),
    referenceToken: correlationId === null ? null : sanitizePlaneText(correlationId),
  };
}
