import { SourceProblemError } from '../../task/error/source-problem-error.js';
import type { TaskSourceCircuit } from '../../task/source/circuit.js';
import type { SourceConnection } from '../../task/source/source-module.js';
import { problemOfStatus } from '../../upstream/status-problem.js';
import { createUpstream, type Upstream } from '../../upstream/upstream.js';
import type { UpstreamAnswer } from '../../upstream/upstream-answer.js';
import { errorBodyOf, problemNumber, problemNumberOf } from './error-body.js';
import { rowsToObjects } from './rows-to-objects.js';
import type { AstraSettings } from './settings.js';
import { readPage, type WirePage } from './wire.js';

/** What a list can be asked for. */
export interface TaskQuery {
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
  async list({ include, filter, continueToken }: TaskQuery, signal: AbortSignal): Promise<WirePage | null> {
    const query = {
      ...(include === undefined ? {} : { include: include.join(',') }),
      ...(filter === undefined ? {} : { filter }),
      ...(continueToken === undefined ? {} : { continue: continueToken }),
    };
    const answer = await this.#get(this.#path, query, signal);
    if (continueToken !== undefined && isProblem(answer, 400, [problemNumber.parametersNotSupported])) return null;
    const page = readPage(jsonOf(answer));
    if (page === null) throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent no list.', { httpStatus: answer.status });
    return include === undefined ? page : { ...page, items: rowsToObjects(include, page.items) };
  }

  /** One task as it came; null when the plane does not have it, or says that it could never have such an id. */
  async get(id: string, signal: AbortSignal): Promise<{ readonly item: unknown } | null> {
    const answer = await this.#get([...this.#path, id], {}, signal);
    if (isProblem(answer, 404, [problemNumber.resourceNotFound])) return null;
    if (isProblem(answer, 400, [problemNumber.invalidAccountId, problemNumber.invalidResourceId])) return null;
    return { item: jsonOf(answer) };
  }

  circuit(): TaskSourceCircuit {
    return this.#upstream.circuit();
  }

  notAskedForMs(): number {
    return this.#upstream.notAskedForMs();
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  #get(path: readonly string[], query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<UpstreamAnswer> {
    return this.#upstream.read({ method: 'GET', path, query, headers: this.#headers, signal });
  }
}

function jsonOf(answer: UpstreamAnswer): unknown {
  if (!answer.isSuccess) throw problemOfStatus(answer, errorBodyOf(answer));
  return answer.json();
}

function isProblem(answer: UpstreamAnswer, status: number, numbers: readonly number[]): boolean {
  if (answer.status !== status) return false;
  const number = problemNumberOf(answer);
  return number !== null && numbers.includes(number);
}
