import type { ListLimits } from '../../../upstream/connections.js';
import type { ListDelta, ListResponse, ReadRequest, RefreshRequest, RefreshResponse } from '../../source.js';
import type { VcfClient } from '../client.js';
import { type CredentialsList, joinLists, type OrdinaryTaskList, readCredentialsList } from './join-lists.js';
import { ListIndex } from './list-index.js';
import { type LookupResult, VcfListPager } from './list-pages.js';
import { readNewestPages, readOlderTasks } from './refresh.js';

/** What is remembered from one read of the lists to the next. Immutable; each read replaces it. */
interface ListSnapshot {
  /** Null: the next read must be of the whole list. */
  readonly index: ListIndex | null;
  /** Ids that only the credentials list had when it was last read. */
  readonly credentialsOnlyIds: readonly string[];
  /** Fingerprints of the credentials tasks when they were last read. */
  readonly credentialsFingerprints: ReadonlyMap<string, string>;
}

/** The two task lists of one SDDC Manager: reads them whole, or the changes since the last read. */
export class VcfLists {
  readonly #client: VcfClient;
  readonly #sourceName: string;
  readonly #limits: ListLimits;
  #snapshot: ListSnapshot = { index: null, credentialsOnlyIds: [], credentialsFingerprints: new Map() };

  constructor(client: VcfClient, sourceName: string, limits: ListLimits) {
    this.#client = client;
    this.#sourceName = sourceName;
    this.#limits = limits;
  }

  async readComplete(request: ReadRequest): Promise<ListResponse> {
    const pager = new VcfListPager(this.#client, this.#limits, request.signal);
    const readPages = async (): Promise<void> => pager.readOtherPages(await pager.readFirstPage());
    const [, credentials] = await Promise.all([readPages(), readCredentialsList(this.#client, request.signal)]);
    return this.#buildCompleteList(pager, credentials, request);
  }

  /**
   * Reads the newest pages, the credentials list, and those tasks of older pages that may have changed: unfinished
   * ones, those that should be on the newest pages and are not, and those whose credentials task changed.
   */
  async refresh(request: RefreshRequest): Promise<RefreshResponse> {
    const { index } = this.#snapshot;
    if (index === null) return { kind: 'complete', list: await this.readComplete(request) };
    const pager = new VcfListPager(this.#client, this.#limits, request.signal);
    const [newest, credentials] = await Promise.all([readNewestPages(pager, index), readCredentialsList(this.#client, request.signal)]);
    if (newest === 'complete') return { kind: 'complete', list: this.#buildCompleteList(pager, credentials, request) };
    const newestIds = pager.ids();
    const current = index.withNewest(newestIds, new Set());
    const olderIds = new Set([
      ...request.idsToRecheck.filter((id) => current.has(id)),
      ...newest.missingIds,
      ...this.#findChangedCredentials(credentials).filter((id) => current.has(id) || this.#snapshot.credentialsOnlyIds.includes(id)),
    ]);
    for (const id of newestIds) olderIds.delete(id);
    const older = await readOlderTasks(pager, newest, current, olderIds);
    if (older === 'complete') return { kind: 'complete', list: this.#buildCompleteList(pager, credentials, request) };
    const next = index.withNewest(newestIds, credentials.kind === 'read' ? older.absent : new Set());
    return this.#buildChanges({ pager, older, index: next }, credentials, request);
  }

  #buildCompleteList(pager: VcfListPager, credentials: CredentialsList, request: ReadRequest): ListResponse {
    const { listed, isComplete, problem } = pager;
    const ordinary = {
      tasks: listed.byId,
      fingerprint: (id: string) => listed.fingerprint(id),
      has: (id: string) => listed.byId.has(id),
      malformedCount: listed.malformedCount,
      isComplete,
      problem,
    };
    return this.#join(ordinary, credentials, ListIndex.fromPages(pager), request);
  }

  #buildChanges(
    { pager, older, index }: { readonly pager: VcfListPager; readonly older: LookupResult; readonly index: ListIndex },
    credentials: CredentialsList,
    request: ReadRequest,
  ): ListDelta {
    const { listed } = pager;
    const ordinary = {
      tasks: new Map([...listed.byId, ...older.found]),
      fingerprint: (id: string) => listed.fingerprint(id),
      has: (id: string) => index.has(id) || older.found.has(id),
      malformedCount: Math.max(index.malformedCount, listed.malformedCount),
      isComplete: !pager.isPartial && older.problem === null && index.size >= (pager.totalElements ?? 0),
      problem: pager.problem ?? older.problem,
    };
    const list = this.#join(ordinary, credentials, index, request);
    // A task is removed only when both lists say so; until then an absent one counts as unchanged.
    const isRead = credentials.kind === 'read';
    const removedIds = isRead ? [...older.absent].filter((id) => !credentials.listed.byId.has(id)) : [];
    const unread = isRead ? older.failedIds : [...older.failedIds, ...older.absent];
    return { kind: 'delta', list: { ...list, unchanged: [...new Set([...list.unchanged, ...unread])] }, removedIds };
  }

  #join(ordinary: OrdinaryTaskList, credentials: CredentialsList, index: ListIndex | null, { cachedTask }: ReadRequest): ListResponse {
    const { list, credentialsOnlyIds } = joinLists(ordinary, credentials, {
      sourceName: this.#sourceName,
      maxItems: this.#limits.maxItems,
      cachedTask,
      credentialsOnlyIds: this.#snapshot.credentialsOnlyIds,
    });
    const credentialsFingerprints = credentials.kind === 'read' ? listFingerprints(credentials) : this.#snapshot.credentialsFingerprints;
    this.#snapshot = { index, credentialsOnlyIds, credentialsFingerprints };
    return list;
  }

  /** Ids of credentials tasks that were added, changed or removed since they were last read. */
  #findChangedCredentials(credentials: CredentialsList): readonly string[] {
    if (credentials.kind === 'failed') return [];
    const before = this.#snapshot.credentialsFingerprints;
    const now = listFingerprints(credentials);
    return [...new Set([...before.keys(), ...now.keys()])].filter((id) => before.get(id) !== now.get(id));
  }
}

function listFingerprints({ listed }: Extract<CredentialsList, { kind: 'read' }>): ReadonlyMap<string, string> {
  return new Map([...listed.byId.keys()].map((id) => [id, listed.fingerprint(id) ?? '']));
}
