import type { ActionAnswer } from '../../task/act/action-answer.js';
import { isJsonObject, type JsonObject } from '../../task/scalars/json-object.js';
import type { SecretText } from '../../task/scalars/secret.js';
import { SourceProblemError } from '../../task/error/source-problem-error.js';
import type { UpstreamAnswer } from '../../upstream/upstream-answer.js';
import type { Authorization } from './session/authorization.js';
import { problemOfAnswer } from './error-body.js';
import { wireJson } from './wire.js';
import { readPage, type WirePage } from './wire-page.js';

/** What GET /v1/tasks takes. Before 5.1 only the first six are known, others are ignored; `doLiveRefresh` since 9.0. */
export interface TaskQuery {
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
  readonly #authorization: Authorization;

  constructor(authorization: Authorization) {
    this.#authorization = authorization;
  }

  async tasks(query: TaskQuery, signal: AbortSignal): Promise<WirePage> {
    return readPage(good(await this.#get(['v1', 'tasks'], signal, query)));
  }

  /** Null when the plane does not have it. */
  async task(id: string, signal: AbortSignal): Promise<JsonObject | null> {
    return taskIn(await this.#get(['v1', 'tasks', id], signal), id);
  }

  /** Null where the plane has no such list. */
  async credentialsTasks(signal: AbortSignal): Promise<WirePage | null> {
    const answer = await this.#get(['v1', 'credentials', 'tasks'], signal);
    return answer.status === 404 ? null : readPage(good(answer));
  }

  retryTask(id: string, signal: AbortSignal): Promise<ActionAnswer> {
    return this.#act('PATCH', ['v1', 'tasks', id], signal);
  }

  cancelTask(id: string, signal: AbortSignal): Promise<ActionAnswer> {
    return this.#act('DELETE', ['v1', 'tasks', id], signal);
  }

  retryCredentialsTask(id: string, spec: CredentialsUpdateSpec, signal: AbortSignal): Promise<ActionAnswer> {
    return this.#act('PATCH', ['v1', 'credentials', 'tasks', id], signal, spec);
  }

  cancelCredentialsTask(id: string, signal: AbortSignal): Promise<ActionAnswer> {
    return this.#act('DELETE', ['v1', 'credentials', 'tasks', id], signal);
  }

  #get(path: readonly string[], signal: AbortSignal, query: TaskQuery = {}): Promise<UpstreamAnswer> {
    const texts = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
    return this.#authorization.read({ method: 'GET', path, query: texts, signal });
  }

  #act(method: 'PATCH' | 'DELETE', path: readonly string[], signal: AbortSignal, spec?: CredentialsUpdateSpec): Promise<ActionAnswer> {
    const content = spec === undefined ? {} : { body: spec.body, headers: { 'content-type': 'application/json' } };
    return this.#authorization.act({ method, path, signal, ...content }, spec?.secrets ?? []);
  }
}

function good(answer: UpstreamAnswer): UpstreamAnswer {
  if (!answer.isSuccess) throw problemOfAnswer(answer);
  return answer;
}

function taskIn(answer: UpstreamAnswer, id: string): JsonObject | null {
  if (answer.status === 404) return null;
  const task = wireJson(good(answer));
  if (isJsonObject(task) && task['id'] === id) return task;
  throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something that is not the task that was asked for.', {
    httpStatus: answer.status,
  });
}
