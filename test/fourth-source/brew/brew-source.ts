import { z } from 'zod';

import type { ActionAnswer } from '../../../src/task/act/action-answer.js';
import type { ActionCommand } from '../../../src/task/act/action-command.js';
import type { TaskActionBlocker } from '../../../src/task/act/blocker.js';
import type { Translated } from '../../../src/task/model/translated.js';
import { readItem } from '../../../src/task/source/read-item.js';
import type { Reading } from '../../../src/task/source/reading.js';
import type { ListAnswer, ReadRequest, Source } from '../../../src/task/source/source.js';
import type { SourceConnection } from '../../../src/task/source/source-module.js';
import { classify } from '../../../src/upstream/classify.js';
import { problemOfStatus } from '../../../src/upstream/status-problem.js';
import { createUpstream, type Upstream } from '../../../src/upstream/upstream.js';
import type { UpstreamAnswer } from '../../../src/upstream/upstream-answer.js';
import { translate } from './translate.js';

const wireBrew = z.object({
  id: z.string(),
  state: z.string(),
  beans: z.string().optional(),
  error: z.string().optional(),
  warning: z.string().optional(),
});
const silent = { message: null, referenceToken: null };

/** One coffee machine: a list, single brews, retry and no cancel. */
export class BrewSource implements Source {
  readonly name: string;
  readonly kind = 'BREW';
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities;
  readonly finishedTasksChange = true;
  readonly #upstream: Upstream;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(connection: SourceConnection, token: string) {
    this.name = connection.name;
    this.displayName = connection.displayName;
    this.timeoutMs = connection.timeoutMs;
    this.capabilities = { list: true, retry: connection.actions.retry, cancel: false, subtasks: false, progress: false };
    this.#upstream = createUpstream(connection);
    this.#headers = { authorization: `Bearer ${token}` };
  }

  isTaskId(localId: string): boolean {
    return /^b[0-9a-f-]+$/.test(localId);
  }

  callsToList(): number {
    return 1;
  }

  callsToRead(idCount: number): number {
    return idCount;
  }

  async list({ signal }: ReadRequest): Promise<ListAnswer> {
    const items = good(await this.#get(['brews'], signal)).json();
    const readings = (Array.isArray(items) ? items : []).map((item: unknown) => this.#reading(item));
    const readable = readings.filter((reading) => reading !== null);
    return { readings: readable, unchanged: [], malformedCount: readings.length - readable.length, isComplete: true, problem: null };
  }

  async read(ids: readonly string[], { signal }: ReadRequest): Promise<ReadonlyMap<string, Reading | null>> {
    return new Map(await Promise.all(ids.map(async (id) => [id, await this.#readOne(id, signal)] as const)));
  }

  effectOf({ action }: ActionCommand): string | null {
    return action === 'RETRY' ? 'The machine brews it again.' : null;
  }

  blockersOf({ action }: ActionCommand, { status }: Translated): readonly TaskActionBlocker[] {
    if (action === 'CANCEL') return [{ code: 'NOT_SUPPORTED_BY_SOURCE', message: 'Coffee cannot be taken back.' }];
    return status === 'FAILED' ? [] : [{ code: 'WRONG_STATUS', message: 'Only spilled coffee is brewed again.' }];
  }

  async act(_command: ActionCommand, { sourceTaskId }: Translated, signal: AbortSignal): Promise<ActionAnswer> {
    const path = ['brews', sourceTaskId, 'again'];
    return classify(await this.#upstream.deliver({ method: 'POST', path, headers: this.#headers, signal }), () => silent);
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  async #readOne(id: string, signal: AbortSignal): Promise<Reading | null> {
    const answer = await this.#get(['brews', id], signal);
    return answer.status === 404 ? null : this.#reading(good(answer).json());
  }

  #reading(value: unknown): Reading | null {
    const read = readItem(wireBrew, value);
    if (read === null || !this.isTaskId(read.item.id)) return null;
    return { sourceTaskId: read.item.id, fingerprint: value, translate: () => translate(this.name, read) };
  }

  #get(path: readonly string[], signal: AbortSignal): Promise<UpstreamAnswer> {
    return this.#upstream.read({ method: 'GET', path, headers: this.#headers, signal });
  }
}

function good(answer: UpstreamAnswer): UpstreamAnswer {
  if (!answer.isSuccess) throw problemOfStatus(answer, silent);
  return answer;
}
