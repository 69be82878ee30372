import type { ActionResponse } from '../../model/action.js';
import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import type { SecretText } from '../../model/secret.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import type { VcfSession } from './authentication.js';
import { toVcfProblem } from './error-body.js';
import { parseVcfPage, parseWithoutPasswords, type VcfWirePage } from './wire.js';

/** What GET /v1/tasks takes. Before 5.1 only the first six are known, others are ignored; `doLiveRefresh` since 9.0. */
export interface VcfTaskQuery {
  readonly limit?: number;
  /** Which spelling it wants is not documented. */
  readonly taskStatus?: string;
  readonly taskType?: string;
  readonly resourceId?: string;
  readonly resourceType?: string;
  /** Milliseconds since 1970; means Successful and Failed only. */
  readonly completedAfter?: number;
  readonly pageNumber?: number;
  /** At most 100. */
  readonly pageSize?: number;
  /** Undocumented values. */
  readonly orderBy?: string;
  /** Undocumented values. */
  readonly orderDirection?: string;
  /** Part of the name. */
  readonly taskName?: string;
  readonly doLiveRefresh?: boolean;
}

/** What a retry of a credentials task sends. */
export interface CredentialsUpdateSpec {
  /** JSON. */
  readonly body: string;
  /** What must not come back in the plane's words. */
  readonly secrets: readonly SecretText[];
}

/** The routes of SDDC Manager that concern tasks. Reads throw a SourceProblemError; actions answer. */
export class VcfClient {
  readonly #authorization: VcfSession;

  constructor(authorization: VcfSession) {
    this.#authorization = authorization;
  }

  async tasks(query: VcfTaskQuery, signal: AbortSignal): Promise<VcfWirePage> {
    return parseVcfPage(requireSuccess(await this.#get(['v1', 'tasks'], signal, query)));
  }

  /** Null when the plane does not have it. */
  async task(id: string, signal: AbortSignal): Promise<JsonObject | null> {
    return parseTask(await this.#get(['v1', 'tasks', id], signal), id);
  }

  /** Null where the plane has no such list. */
  async credentialsTasks(signal: AbortSignal): Promise<VcfWirePage | null> {
    const answer = await this.#get(['v1', 'credentials', 'tasks'], signal);
    return answer.status === 404 ? null : parseVcfPage(requireSuccess(answer));
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

  #get(path: readonly string[], signal: AbortSignal, query: VcfTaskQuery = {}): Promise<UpstreamResponse> {
    const texts = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
    return this.#authorization.read({ method: 'GET', path, query: texts, signal });
  }

  #act(method: 'PATCH' | 'DELETE', path: readonly string[], signal: AbortSignal, spec?: CredentialsUpdateSpec): Promise<ActionResponse> {
    const content = spec === undefined ? {} : { body: spec.body, headers: { 'content-type': 'application/json' } };
    return this.#authorization.act({ method, path, signal, ...content }, spec?.secrets ?? []);
  }
}

function requireSuccess(answer: UpstreamResponse): UpstreamResponse {
  if (!answer.isSuccess) throw toVcfProblem(answer);
  return answer;
}

function parseTask(answer: UpstreamResponse, id: string): JsonObject | null {
  if (answer.status === 404) return null;
  const task = parseWithoutPasswords(requireSuccess(answer));
  if (isJsonObject(task) && task['id'] === id) return task;
  throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something that is not the task that was asked for.', {
    httpStatus: answer.status,
  });
}
