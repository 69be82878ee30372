import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import type { TaskSourceCircuit } from '../../model/source-health.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { SourceConnection } from '../../upstream/connections.js';
import { type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from '../../upstream/response-problem.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import { createUpstream, type Upstream } from '../../upstream/upstream.js';
import type { AstraSettings } from './settings.js';
import { type AstraWirePage, parseAstraPage } from './wire.js';

/** What a list can be asked for. */
export interface AstraTaskQuery {
  /** Names of top-level fields: the plane then sends rows, which are made objects again. Absent: whole tasks. */
  readonly include?: readonly string[];
  /** One clause, such as `state eq 'running'`; the grammar knows no "and". */
  readonly filter?: string;
  /** The token of the page before. The plane names such tokens, yet does not declare that it takes them. */
  readonly continueToken?: string;
}

/** The routes of the task API, which can only be read. Every other answer than a good one is a SourceProblemError. */
export class AstraClient {
  readonly #upstream: Upstream;
  readonly #path: readonly string[];
  readonly #headers: Readonly<Record<string, string>>;

  constructor(connection: SourceConnection, settings: AstraSettings) {
    this.#upstream = createUpstream(connection);
    this.#path = ['accounts', settings.accountId, 'core', 'v1', 'tasks'];
    // The reference shows this Accept, and says that it is answered with JSON.
    this.#headers = { accept: '*/*', authorization: `Bearer ${settings.credentials.token}` };
  }

  /** One page of the list; null when the plane does not take the token that it named itself. */
  async list({ include, filter, continueToken }: AstraTaskQuery, signal: AbortSignal): Promise<AstraWirePage | null> {
    const query = {
      ...(include === undefined ? {} : { include: include.join(',') }),
      ...(filter === undefined ? {} : { filter }),
      ...(continueToken === undefined ? {} : { continue: continueToken }),
    };
    const answer = await this.#get(this.#path, query, signal);
    if (continueToken !== undefined && isProblem(answer, 400, [problemNumbers.parametersNotSupported])) return null;
    const page = parseAstraPage(parseJson(answer));
    if (page === null) throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent no list.', { httpStatus: answer.status });
    return include === undefined ? page : { ...page, items: rowsToObjects(include, page.items) };
  }

  /** One task as it came; null when the plane does not have it, or says that it could never have such an id. */
  async get(id: string, signal: AbortSignal): Promise<{ readonly item: unknown } | null> {
    const answer = await this.#get([...this.#path, id], {}, signal);
    if (isProblem(answer, 404, [problemNumbers.resourceNotFound])) return null;
    if (isProblem(answer, 400, [problemNumbers.invalidAccountId, problemNumbers.invalidResourceId])) return null;
    return { item: parseJson(answer) };
  }

  circuit(): TaskSourceCircuit {
    return this.#upstream.circuit();
  }

  circuitOpenForMs(): number {
    return this.#upstream.circuitOpenForMs();
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  #get(path: readonly string[], query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<UpstreamResponse> {
    return this.#upstream.read({ method: 'GET', path, query, headers: this.#headers, signal });
  }
}

function parseJson(answer: UpstreamResponse): unknown {
  if (!answer.isSuccess) throw toStatusProblem(answer, parseAstraErrorBody(answer));
  return answer.json();
}

function isProblem(answer: UpstreamResponse, status: number, numbers: readonly number[]): boolean {
  if (answer.status !== status) return false;
  const number = parseProblemNumber(answer);
  return number !== null && numbers.includes(number);
}

/** Numbers of problem types that the gateway tells apart. Titles repeat between numbers, so only the number counts. */
export const problemNumbers = {
  resourceNotFound: 1,
  parametersNotSupported: 6,
  invalidAccountId: 33,
  invalidResourceId: 35,
} as const;

/**
 * The number at the end of a problem's `type` (`https://astra.netapp.io/problems/6` is 6); null where the body is no such
 * problem document. The member `status` is a string here, against RFC 9457, and is not looked at.
 */
export function parseProblemNumber(answer: UpstreamResponse): number | null {
  const number = /\/problems\/(\d{1,6})$/.exec(readText(parseDocument(answer), 'type') ?? '')?.[1];
  return number === undefined ? null : Number(number);
}

/** What a problem document says for people and for support; all null where the body is something else, such as HTML. */
export function parseAstraErrorBody(answer: UpstreamResponse): PlaneErrorBody {
  const document = parseDocument(answer);
  const correlationId = readText(document, 'correlationID');
  return {
    message: readText(document, 'detail') ?? readText(document, 'title'),
    referenceToken: correlationId === null ? null : sanitizePlaneText(correlationId),
  };
}

function parseDocument(answer: UpstreamResponse): JsonObject {
  const body = answer.jsonOrNull();
  return isJsonObject(body) ? body : {};
}

function readText(document: JsonObject, member: string): string | null {
  const value = Object.hasOwn(document, member) ? document[member] : null;
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * Items of a list that was asked for with `include=a,b` come as arrays of values in that order; absent values are null.
 * They are made objects again. What is no row of that length stays as it is.
 */
export function rowsToObjects(include: readonly string[], items: readonly unknown[]): readonly unknown[] {
  return items.map((item) => {
    if (!Array.isArray(item) || item.length !== include.length) return item;
    const values: readonly unknown[] = item;
    return Object.fromEntries(include.map((field, place) => [field, values[place]]));
  });
}
