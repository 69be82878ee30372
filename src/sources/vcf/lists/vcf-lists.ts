import type { ListDelta, ListResponse, ReadRequest, RefreshRequest, RefreshResponse } from '../../source.js';
import type { VcfClient } from '../client.js';
import { type CredentialsList, joinLists, listCredentialsTasks, type OrdinaryTaskList } from './join-lists.js';
import { ListIndex } from './list-index.js';
import { readFirstPage, readOtherPages, type VcfListLimits, VcfListPager } from './list-pages.js';
import { type LookupResult, readNewestPages, readOlderTasks } from './refresh.js';

/** Both lists of one SDDC Manager, read in full or for their news, and what is remembered of them in between. */
export class VcfLists {
  readonly #client: VcfClient;
  readonly #sourceName: string;
  readonly #limits: VcfListLimits;
  /** Null: the list is to be read in full. */
  #index: ListIndex | null = null;
  /** Ids that the credentials list alone had when it last answered. */
  #onlyCredentials: readonly string[] = [];
  /** The fingerprint of each task of the credentials list when it last answered. */
  #credentials: ReadonlyMap<string, string> = new Map();

  constructor(client: VcfClient, sourceName: string, limits: VcfListLimits) {
    this.#client = client;
    this.#sourceName = sourceName;
    this.#limits = limits;
  }

  async readWhole(request: ReadRequest): Promise<ListResponse> {
    const walk = new VcfListPager(this.#client, this.#limits, request.signal);
    const readAll = async (): Promise<void> => readOtherPages(walk, await readFirstPage(walk));
    const [, credentials] = await Promise.all([readAll(), listCredentialsTasks(this.#client, request.signal)]);
    return this.#buildWholeList(walk, credentials, request);
  }

  /**
   * The newest page (and on while all on it is new), the credentials list, and the tasks outside them that must be looked at.
   * A task of an older page that has settled, and whose credentials side is as it was, is as it was.
   */
  async refresh(request: RefreshRequest): Promise<RefreshResponse> {
    const before = this.#index;
    if (before === null) return { kind: 'complete', answer: await this.readWhole(request) };
    const walk = new VcfListPager(this.#client, this.#limits, request.signal);
    const [newest, credentials] = await Promise.all([readNewestPages(walk, before), listCredentialsTasks(this.#client, request.signal)]);
    if (newest === 'complete') return { kind: 'complete', answer: this.#buildWholeList(walk, credentials, request) };
    const roster = before.withNewest(walk.ids(), new Set());
    const wanted = new Set([
      ...request.idsToRecheck.filter((id) => roster.has(id)),
      ...newest.missingIds,
      ...this.#changedCredentials(credentials).filter((id) => roster.has(id) || this.#onlyCredentials.includes(id)),
    ]);
    for (const id of walk.ids()) wanted.delete(id);
    const newestIds = walk.ids();
    const older = await readOlderTasks(this.#client, walk, newest, roster, wanted, request.signal);
    if (older === 'complete') return { kind: 'complete', answer: this.#buildWholeList(walk, credentials, request) };
    return this.#buildChanges(
      walk,
      older,
      before.withNewest(newestIds, credentials.isKnown ? older.absent : new Set()),
      credentials,
      request,
    );
  }

  #buildWholeList(walk: VcfListPager, credentials: CredentialsList, request: ReadRequest): ListResponse {
    this.#index = ListIndex.fromPages(walk);
    const { collected, isComplete, problem } = walk.result();
    return this.#join(
      {
        tasks: collected.tasks,
        computeFingerprint: (id) => collected.computeFingerprint(id),
        has: (id) => collected.tasks.has(id),
        malformedCount: collected.malformedCount,
        isComplete,
        problem,
      },
      credentials,
      request,
    );
  }

  #buildChanges(walk: VcfListPager, older: LookupResult, roster: ListIndex, credentials: CredentialsList, request: ReadRequest): ListDelta {
    this.#index = roster;
    const { collected } = walk;
    const answer = this.#join(
      {
        tasks: new Map([...collected.tasks, ...older.found]),
        computeFingerprint: (id) => collected.computeFingerprint(id),
        has: (id) => roster.has(id) || older.found.has(id),
        malformedCount: Math.max(roster.malformedCount, collected.malformedCount),
        isComplete: !walk.isPartial && older.problem === null && roster.size >= (walk.total ?? 0),
        problem: walk.problem ?? older.problem,
      },
      credentials,
      request,
    );
    // Only both lists together say that a task is gone.
    const gone = credentials.isKnown ? [...older.absent].filter((id) => !credentials.collected.tasks.has(id)) : [];
    const unseen = credentials.isKnown ? older.unansweredIds : [...older.unansweredIds, ...older.absent];
    return { kind: 'delta', answer: { ...answer, unchanged: [...new Set([...answer.unchanged, ...unseen])] }, gone };
  }

  #join(ordinary: OrdinaryTaskList, credentials: CredentialsList, { cachedTask: known }: ReadRequest): ListResponse {
    const { answer, onlyCredentials } = joinLists(ordinary, credentials, {
      sourceName: this.#sourceName,
      maxItems: this.#limits.maxItems,
      known,
      onlyCredentialsBefore: this.#onlyCredentials,
    });
    this.#onlyCredentials = onlyCredentials;
    if (credentials.isKnown) this.#credentials = listFingerprints(credentials);
    return answer;
  }

  /** Ids of which the credentials list says something else than it last did, or nothing any more. */
  #changedCredentials(credentials: CredentialsList): readonly string[] {
    if (!credentials.isKnown) return [];
    const now = listFingerprints(credentials);
    return [...new Set([...this.#credentials.keys(), ...now.keys()])].filter((id) => this.#credentials.get(id) !== now.get(id));
  }
}

function listFingerprints({ collected }: Extract<CredentialsList, { isKnown: true }>): ReadonlyMap<string, string> {
  return new Map([...collected.tasks.keys()].map((id) => [id, collected.computeFingerprint(id) ?? '']));
}
