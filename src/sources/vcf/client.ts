import type { ActionResponse } from '../../model/action.js';
import type { SecretText } from '../../model/secret.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { Steps } from '../../lib/slices.js';
import type { ListItem } from '../../upstream/body/json-item.js';
import { BodyReadings } from '../../upstream/body/response-body.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import type { UpstreamRequest } from '../../upstream/request.js';
import type { VcfSession } from './authentication.js';
import { parseVcfErrorBody, toVcfProblem } from './error-body.js';
import { readInSlices } from '../source.js';
import { buildElement, type MalformedElement, parsePageMetadata, takeWithoutPasswords, type VcfElement, type VcfWirePage } from './wire.js';

/** Parameters of GET /v1/tasks, as far as they are sent; the simulator has all of them. */
interface VcfPageQuery {
  /** Absent for the first page. */
  readonly pageNumber?: number;
  /** At most 100. */
  readonly pageSize: number;
}

/** What a retry of a credentials task sends. */
export interface CredentialsUpdateSpec {
  /** JSON. */
  readonly body: string;
  /** The secrets in it, to be removed from error messages of the plane. */
  readonly secrets: readonly SecretText[];
}

/** The routes of SDDC Manager for tasks. Reads throw SourceProblemErrors; actions return what became of them. */
export class VcfClient {
  readonly #session: VcfSession;
  readonly #pages = new BodyReadings<ParsedPage>();
  readonly #elements = new WeakMap<ListItem, VcfElement | MalformedElement>();
  readonly #single = new BodyReadings<ParsedTask>();

  readonly #maxItems: number;

  /** `maxItems`: tasks of one list; 0 is no limit. */
  constructor(session: VcfSession, maxItems: number) {
    this.#session = session;
    this.#maxItems = maxItems;
  }

  async tasks(query: VcfPageQuery, signal: AbortSignal): Promise<VcfWirePage> {
    return this.#readPage(requireSuccess(await this.#getTasks(query, signal)), signal);
  }

  /** Null when the plane itself, and not something in front of it, says that it has no such page. */
  async tasksIfPresent(query: VcfPageQuery, signal: AbortSignal): Promise<VcfWirePage | null> {
    const response = await this.#getTasks(query, signal);
    const isMissing = missingPageStatuses.has(response.status) && parseVcfErrorBody(response).isFromPlane;
    return isMissing ? null : this.#readPage(requireSuccess(response), signal);
  }

  #getTasks(query: VcfPageQuery, signal: AbortSignal): Promise<UpstreamResponse> {
    const texts = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
    return this.#get(['v1', 'tasks'], signal, { query: texts, list: this.#list });
  }

  /** Null when the plane does not have it. */
  async task(id: string, signal: AbortSignal): Promise<VcfElement | null> {
    const response = await this.#get(['v1', 'tasks', id], signal);
    if (isNotFound(response)) return null;
    const { body } = requireSuccess(response);
    const { task } = this.#single.read(body, () => parseTask(response), mayKeep);
    if (task?.id === id) return task;
    throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something that is not the task that was asked for.', {
      httpStatus: response.status,
    });
  }

  /** Null when the plane has no such list. */
  async credentialsTasks(signal: AbortSignal): Promise<VcfWirePage | null> {
    const response = await this.#get(['v1', 'credentials', 'tasks'], signal, { list: this.#list });
    return isNotFound(response) ? null : this.#readPage(requireSuccess(response), signal);
  }

  retryTask(id: string, signal: AbortSignal): Promise<ActionResponse> {
    return this.#act('PATCH', ['v1', 'tasks', id], signal);
  }

  cancelTask(id: string, signal: AbortSignal): Promise<ActionResponse> {
    return this.#act('DELETE', ['v1', 'tasks', id], signal);
  }

  retryCredentialsTask(id: string, spec: CredentialsUpdateSpec, signal: AbortSignal): Promise<ActionResponse> {
    return this.#act('PATCH', ['v1', 'credentials', 'tasks', id], signal, spec);
  }

  cancelCredentialsTask(id: string, signal: AbortSignal): Promise<ActionResponse> {
    return this.#act('DELETE', ['v1', 'credentials', 'tasks', id], signal);
  }

  #get(path: readonly string[], signal: AbortSignal, more: Pick<UpstreamRequest, 'query' | 'list'> = {}): Promise<UpstreamResponse> {
    return this.#session.send({ method: 'GET', path, ...more, signal });
  }

  get #list(): UpstreamRequest['list'] & object {
    return { member: 'elements', maxItems: this.#maxItems };
  }

  async #readPage(response: UpstreamResponse, signal: AbortSignal): Promise<VcfWirePage> {
    const { body } = response;
    const parsed = this.#pages.find(body) ?? (await readInSlices(this.#parsePageInSteps(response), signal));
    return this.#pages.read(body, () => parsed, mayKeep).page;
  }

  *#parsePageInSteps(response: UpstreamResponse): Steps<ParsedPage> {
    const { envelope, items, isCut } = response.list();
    const metadata = parsePageMetadata(response, envelope, items !== null);
    const added = (items ?? []).filter((item) => !this.#elements.has(item));
    let hadPasswords = false;
    for (const item of added) {
      hadPasswords = this.#addElement(item, hadPasswords) || hadPasswords;
      yield;
    }
    // Those before the first password were built as if there were none.
    for (const item of hadPasswords ? added : []) {
      this.#addElement(item, true);
      yield;
    }
    const elements: (VcfElement | MalformedElement)[] = [];
    for (const item of items ?? []) {
      const element = this.#elements.get(item);
      if (element !== undefined) elements.push(element);
      yield;
    }
    return { page: { elements, metadata, isCut }, hadPasswords };
  }

  /** Returns whether the item had passwords. `isNearPasswords`: its text must not be kept, whether it had any or not. */
  #addElement(item: ListItem, isNearPasswords: boolean): boolean {
    const clean = takeWithoutPasswords(item);
    const element = buildElement(clean, !isNearPasswords && !clean.hadPasswords);
    this.#elements.set(item, element ?? { id: null, fingerprint: item.fingerprint });
    return clean.hadPasswords;
  }

  #act(method: 'PATCH' | 'DELETE', path: readonly string[], signal: AbortSignal, spec?: CredentialsUpdateSpec): Promise<ActionResponse> {
    const content = spec === undefined ? {} : { body: spec.body, headers: { 'content-type': 'application/json' } };
    return this.#session.act({ method, path, signal, ...content }, spec?.secrets ?? []);
  }
}

/** With one of these a plane refuses a page after the last one; none of them is documented. */
const missingPageStatuses: ReadonlySet<number> = new Set([400, 404, 416]);

function requireSuccess(response: UpstreamResponse): UpstreamResponse {
  if (!response.isSuccess) throw toVcfProblem(response);
  return response;
}

/** Whether the plane itself says so, and not something in front of it. */
function isNotFound(response: UpstreamResponse): boolean {
  return response.status === 404 && toVcfProblem(response).problem.kind === 'NOT_FOUND';
}

/** A page, and whether passwords had to be removed from it: then its body is not kept. */
interface ParsedPage {
  readonly page: VcfWirePage;
  readonly hadPasswords: boolean;
}

/** The same for one task; null where the body is none. */
interface ParsedTask {
  readonly task: VcfElement | null;
  readonly hadPasswords: boolean;
}

function mayKeep({ hadPasswords }: ParsedPage | ParsedTask): boolean {
  return !hadPasswords;
}

function parseTask(response: UpstreamResponse): ParsedTask {
  // Throws where the body is not JSON.
  response.json();
  const clean = takeWithoutPasswords(response.body);
  return { task: buildElement(clean, !clean.hadPasswords), hadPasswords: clean.hadPasswords };
}
