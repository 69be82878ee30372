import type { Steps } from '../../lib/slices.js';
import type { JsonObject } from '../../model/scalars.js';
import { SourceProblemError, type TaskSourceProblem } from '../../model/source-problem.js';
import type { ListItem } from '../../upstream/body/json-item.js';
import { BodyReadings } from '../../upstream/body/response-body.js';
import { isBearerChallenge, type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from '../../upstream/response-problem.js';
import { readText, type UpstreamResponse } from '../../upstream/response.js';
import type { UpstreamRequest } from '../../upstream/request.js';
import type { UpstreamClient } from '../../upstream/upstream.js';
import { createEndlessPagesProblem, createPagesSignal, type ListBounds, readInSlices } from '../source.js';
import type { AstraSettings } from './settings.js';
import { buildUntranslatedAstraTask, type UntranslatedAstraTask } from './task.js';
import { isSameUuid, parseContinueToken } from './wire.js';

/** Parameters of a list. */
interface AstraTaskQuery {
  /** One clause, such as `state eq 'running'`; the grammar has no "and". */
  readonly filter?: string;
  /** The token of the previous page. The plane sends such tokens, but does not document that it accepts them. */
  readonly continueToken?: string;
}

/** One page of the list. While the plane sends the same, it is the same object, and so is each task in it that has not changed. */
interface AstraPage {
  /** Null for an item that is no task. */
  readonly tasks: readonly (UntranslatedAstraTask | null)[];
  /** Token of the next page; null when this is the last. */
  readonly continueToken: string | null;
  /** Whether the page has further items, which were not read. */
  readonly isCut: boolean;
}

/**
 * The routes of the task API, which is read-only. Throws a SourceProblemError for every response that is not the
 * expected one.
 */
export class AstraClient {
  readonly #upstream: UpstreamClient;
  readonly #path: readonly string[];
  readonly #headers: Readonly<Record<string, string>>;
  readonly #sourceName: string;
  readonly #pages = new BodyReadings<AstraPage>();
  readonly #listed = new WeakMap<ListItem, UntranslatedAstraTask | null>();
  readonly #single = new BodyReadings<UntranslatedAstraTask | null>();

  readonly #maxItems: number;

  /** `maxItems`: tasks of one list; 0 is no limit. */
  constructor(upstream: UpstreamClient, settings: AstraSettings, sourceName: string, maxItems: number) {
    this.#upstream = upstream;
    this.#sourceName = sourceName;
    this.#maxItems = maxItems;
    this.#path = ['accounts', settings.accountId, 'core', 'v1', 'tasks'];
    // The reference of the API sends this Accept, and says that the response is JSON.
    this.#headers = { accept: '*/*', authorization: `Bearer ${settings.credentials.token}` };
  }

  /** One page of the list; null when the plane does not accept the continue token that it sent. */
  async list({ filter, continueToken }: AstraTaskQuery, signal: AbortSignal): Promise<AstraPage | null> {
    const query = {
      ...(filter === undefined ? {} : { filter }),
      ...(continueToken === undefined ? {} : { continue: continueToken }),
    };
    const response = await this.#get(this.#path, query, signal, { member: 'items', maxItems: this.#maxItems });
    if (continueToken !== undefined && isProblem(response, 400, [problemNumbers.parametersNotSupported])) return null;
    const { body } = requireSuccess(response);
    const page = this.#pages.find(body) ?? (await readInSlices(this.#parsePageInSteps(response), signal));
    return this.#pages.read(body, () => page);
  }

  /** One task; null when the plane does not have it, or never has such an id. */
  async get(id: string, signal: AbortSignal): Promise<UntranslatedAstraTask | null> {
    const response = await this.#get([...this.#path, id], {}, signal);
    if (isProblem(response, 404, [problemNumbers.resourceNotFound])) return null;
    if (isProblem(response, 400, [problemNumbers.invalidAccountId, problemNumbers.invalidResourceId])) return null;
    const { body } = requireSuccess(response);
    const task = this.#single.read(body, () => {
      response.json();
      return buildUntranslatedAstraTask(this.#sourceName, body);
    });
    if (task !== null && isSameUuid(task.sourceTaskId, id)) return task;
    throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something else than the task that was asked for.');
  }

  *#parsePageInSteps(response: UpstreamResponse): Steps<AstraPage> {
    const { envelope, items, isCut } = response.list();
    if (items === null) throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent no list.', { httpStatus: response.status });
    const tasks: (UntranslatedAstraTask | null)[] = [];
    for (const item of items) {
      tasks.push(this.#buildTask(item));
      yield;
    }
    return { tasks, continueToken: parseContinueToken(envelope), isCut };
  }

  #buildTask(item: ListItem): UntranslatedAstraTask | null {
    const known = this.#listed.get(item);
    if (known !== undefined) return known;
    const task = buildUntranslatedAstraTask(this.#sourceName, item);
    this.#listed.set(item, task);
    return task;
  }

  #get(
    path: readonly string[],
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    list?: UpstreamRequest['list'],
  ): Promise<UpstreamResponse> {
    return this.#upstream.send({
      method: 'GET',
      path,
      query,
      headers: this.#headers,
      ...(list !== undefined && { list }),
      signal,
    });
  }
}

/** The tasks of a list, from all its pages. */
interface AstraTaskList {
  /** One for each id, in the order in which the ids came; the last of several with one id. The same array while the pages are the same. */
  readonly tasks: readonly UntranslatedAstraTask[];
  /** Items that could not be read. */
  readonly malformedCount: number;
  /** False when a limit cut the list, or the plane did not send a page that it announced. */
  readonly isComplete: boolean;
  readonly problem: TaskSourceProblem | null;
}

/** Reads the list of one account, and remembers the one that it read last. */
export class AstraTaskLists {
  readonly #client: AstraClient;
  readonly #bounds: ListBounds;
  #last: { readonly pages: readonly AstraPage[]; readonly collected: CollectedTasks } | null = null;

  constructor(client: AstraClient, bounds: ListBounds) {
    this.#client = client;
    this.#bounds = bounds;
  }

  /**
   * Reads the whole list. It sends no `limit`, because the plane documents no way to the page after it. Where the plane
   * announces a next page on its own, that page is read. A page that fails, or brings no new task, ends the list; what came is kept.
   */
  async read(query: Omit<AstraTaskQuery, 'continueToken'>, signal: AbortSignal): Promise<AstraTaskList> {
    const pagesSignal = createPagesSignal(signal, this.#bounds);
    const pages = [requirePage(await this.#client.list(query, signal))];
    const end = await this.#readFurtherPages(query, pages, pagesSignal);
    return { ...(await this.#collect(pages, signal)), ...end };
  }

  /** Adds the pages after the first one. */
  async #readFurtherPages(query: Omit<AstraTaskQuery, 'continueToken'>, pages: AstraPage[], signal: AbortSignal): Promise<ListEnd> {
    const { maxPages, maxItems } = this.#bounds;
    const [knownIds, tokens] = [new Set<string>(), new Set<string>()];
    let count = 0;
    for (let page = pages[0]; page !== undefined; page = pages.at(-1)) {
      const { tasks, continueToken, isCut } = page;
      count += tasks.length;
      if (isCut || (maxItems > 0 && count > maxItems)) return { isComplete: false, problem: null };
      if (continueToken === null) return { isComplete: true, problem: null };
      const sizeBefore = knownIds.size;
      for (const task of tasks) if (task !== null) knownIds.add(task.sourceTaskId);
      // An empty first page only says that the next one is to be read.
      const isNew = knownIds.size > sizeBefore || pages.length === 1;
      if (tokens.has(continueToken) || !isNew) return { isComplete: false, problem: createEndlessPagesProblem() };
      if (maxPages > 0 && pages.length >= maxPages) return { isComplete: false, problem: null };
      tokens.add(continueToken);
      try {
        const next = await this.#client.list({ ...query, continueToken }, signal);
        if (next === null) return { isComplete: false, problem: createMissingPageError().problem };
        pages.push(next);
      } catch (error) {
        if (!(error instanceof SourceProblemError) || error.isCredentialRefusal) throw error;
        return { isComplete: false, problem: error.problem };
      }
    }
    return { isComplete: true, problem: null };
  }

  async #collect(pages: readonly AstraPage[], signal: AbortSignal): Promise<CollectedTasks> {
    const last = this.#last;
    if (last?.pages.length === pages.length && pages.every((page, index) => page === last.pages[index])) return last.collected;
    const collected = await readInSlices(collectTasks(pages, this.#bounds.maxItems), signal);
    this.#last = { pages, collected };
    return collected;
  }
}

type CollectedTasks = Pick<AstraTaskList, 'tasks' | 'malformedCount'>;

/** `maxItems`: items that count; 0 is no limit. */
function* collectTasks(pages: readonly AstraPage[], maxItems: number): Steps<CollectedTasks> {
  const byId = new Map<string, UntranslatedAstraTask>();
  let [count, malformedCount] = [0, 0];
  for (const { tasks } of pages) {
    for (const task of tasks) {
      if (maxItems > 0 && ++count > maxItems) break;
      if (task === null) malformedCount++;
      else byId.set(task.sourceTaskId, task);
      yield;
    }
  }
  return { tasks: [...byId.values()], malformedCount };
}

type ListEnd = Pick<AstraTaskList, 'isComplete' | 'problem'>;

/** The plane refuses no token in the first page, which has none. */
function requirePage(page: AstraPage | null): AstraPage {
  if (page === null) throw createMissingPageError();
  return page;
}

function createMissingPageError(): SourceProblemError {
  return new SourceProblemError('HTTP_STATUS', 'The plane named a further page and does not give it.', { httpStatus: 400 });
}

function requireSuccess(response: UpstreamResponse): UpstreamResponse {
  if (!response.isSuccess) throw toStatusProblem(response, parseAstraErrorBody(response));
  return response;
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
