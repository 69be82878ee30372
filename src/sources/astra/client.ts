import type { JsonObject } from '../../model/scalars.js';
import { SourceProblemError, type TaskSourceProblem } from '../../model/source-problem.js';
import { isBearerChallenge, type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from '../../upstream/response-problem.js';
import { readText, type UpstreamResponse } from '../../upstream/response.js';
import type { ListLimits } from '../../upstream/source-settings.js';
import type { UpstreamClient } from '../../upstream/upstream.js';
import type { AstraSettings } from './settings.js';
import { type AstraWireItem, type AstraWirePage, parseAstraPage, parseAstraTask } from './wire.js';

/** Parameters of a list. */
interface AstraTaskQuery {
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
    return this.#upstream.send({ method: 'GET', path, query, headers: this.#headers, signal });
  }
}

/** The tasks of a list, from all its pages. */
interface AstraTaskList {
  /** One for each id, in the order in which the ids came; the last of several with one id. */
  readonly items: readonly AstraWireItem[];
  /** Items that could not be read. */
  readonly malformedCount: number;
  /** False when a limit cut the list, or the plane did not send a page that it announced. */
  readonly isComplete: boolean;
  readonly problem: TaskSourceProblem | null;
}

/**
 * Reads the whole list. It sends no `limit`, because the plane documents no way to the page after it. Where the plane
 * announces a next page on its own, that page is read.
 */
export async function readAstraTaskList(
  client: AstraClient,
  query: Omit<AstraTaskQuery, 'continueToken'>,
  { maxPages, maxItems }: ListLimits,
  signal: AbortSignal,
): Promise<AstraTaskList> {
  const raw: unknown[] = [];
  const tokens = new Set<string>();
  const finish = (isComplete: boolean, problem: TaskSourceProblem | null): AstraTaskList => ({ ...parseItems(raw), isComplete, problem });
  for (let pages = 1, token: string | undefined; ; pages++) {
    const page = await client.list(token === undefined ? query : { ...query, continueToken: token }, signal);
    if (page === null) return finish(false, createProblem('HTTP_STATUS', 'The plane named a further page and does not give it.', 400));
    const isCut = maxItems > 0 && raw.length + page.items.length > maxItems;
    for (const item of isCut ? page.items.slice(0, maxItems - raw.length) : page.items) raw.push(item);
    if (isCut) return finish(false, null);
    if (page.continueToken === null) return finish(true, null);
    if (tokens.has(page.continueToken))
      return finish(false, createProblem('MALFORMED_RESPONSE', 'The plane named the same page twice.', 200));
    if (maxPages > 0 && pages >= maxPages) return finish(false, null);
    token = page.continueToken;
    tokens.add(token);
  }
}

function parseItems(raw: readonly unknown[]): Pick<AstraTaskList, 'items' | 'malformedCount'> {
  const byId = new Map<string, AstraWireItem>();
  let malformedCount = 0;
  for (const value of raw) {
    const item = parseAstraTask(value);
    if (item === null) malformedCount++;
    else byId.set(item.task.id, item);
  }
  return { items: [...byId.values()], malformedCount };
}

function createProblem(kind: 'HTTP_STATUS' | 'MALFORMED_RESPONSE', message: string, httpStatus: number): TaskSourceProblem {
  return new SourceProblemError(kind, message, { httpStatus }).problem;
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
const problemNumbers = {
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

/** Reads a problem document of Astra Control, whose types it numbers; all null where the body is something else, such as HTML. */
export function parseAstraErrorBody(response: UpstreamResponse): PlaneErrorBody {
  const document = response.jsonObjectOrEmpty();
  const correlationId = readText(document, 'correlationID');
  const number = parseProblemNumber(document);
  return {
    isFromPlane: (number !== null && readText(document, 'title') !== null) || isBearerChallenge(response),
    code: number === null ? null : `problems/${number}`,
    message: readText(document, 'detail') ?? readText(document, 'title'),
    referenceToken: correlationId === null ? null : sanitizePlaneText(correlationId),
  };
}
