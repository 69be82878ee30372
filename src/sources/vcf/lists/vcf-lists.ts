import type { ListAnswer, ListNews, ReadRequest, Refreshed, RefreshRequest } from '../../../task/source/source.js';
import type { VcfClient } from '../client.js';
import { type CredentialsList, listCredentialsTasks } from './credentials-list.js';
import { joinLists, type OrdinaryTasks } from './join-lists.js';
import type { LookedUp } from './look-up.js';
import { readNewestPages } from './newest-pages.js';
import { type ListLimits, PageWalk } from './page-walk.js';
import { readOlder } from './read-older.js';
import { Roster } from './roster.js';
import { askFirstPage, askOtherPages } from './task-pages.js';

/** Both lists of one SDDC Manager, read in full or for their news, and what is remembered of them in between. */
export class VcfLists {
  readonly #client: VcfClient;
  readonly #sourceName: string;
  readonly #limits: ListLimits;
  /** Null: the list is to be read in full. */
  #roster: Roster | null = null;
  /** Ids that the credentials list alone had when it last answered. */
  #onlyCredentials: readonly string[] = [];
  /** The fingerprint of each task of the credentials list when it last answered. */
  #credentials: ReadonlyMap<string, string> = new Map();

  constructor(client: VcfClient, sourceName: string, limits: ListLimits) {
    this.#client = client;
    this.#sourceName = sourceName;
    this.#limits = limits;
  }

  async whole(request: ReadRequest): Promise<ListAnswer> {
    const walk = new PageWalk(this.#client, this.#limits, request.signal);
    const readAll = async (): Promise<void> => askOtherPages(walk, await askFirstPage(walk));
    const [, credentials] = await Promise.all([readAll(), listCredentialsTasks(this.#client, request.signal)]);
    return this.#wholeOf(walk, credentials, request);
  }

  /**
   * The newest page (and on while all on it is new), the credentials list, and the tasks outside them that must be looked at.
   * A task of an older page that has settled, and whose credentials side is as it was, is as it was.
   */
  async refresh(request: RefreshRequest): Promise<Refreshed> {
    const before = this.#roster;
    if (before === null) return { extent: 'whole', answer: await this.whole(request) };
    const walk = new PageWalk(this.#client, this.#limits, request.signal);
    const [newest, credentials] = await Promise.all([readNewestPages(walk, before), listCredentialsTasks(this.#client, request.signal)]);
    if (newest === 'whole') return { extent: 'whole', answer: this.#wholeOf(walk, credentials, request) };
    const roster = before.after(walk.ids(), new Set());
    const wanted = new Set([
      ...request.unsettledIds.filter((id) => roster.has(id)),
      ...newest.suspects,
      ...this.#changedCredentials(credentials).filter((id) => roster.has(id) || this.#onlyCredentials.includes(id)),
    ]);
    for (const id of walk.ids()) wanted.delete(id);
    const newestIds = walk.ids();
    const older = await readOlder(this.#client, walk, newest, roster, wanted, request.signal);
    if (older === 'whole') return { extent: 'whole', answer: this.#wholeOf(walk, credentials, request) };
    return this.#newsOf(walk, older, before.after(newestIds, credentials.isKnown ? older.absent : new Set()), credentials, request);
  }

  #wholeOf(walk: PageWalk, credentials: CredentialsList, request: ReadRequest): ListAnswer {
    this.#roster = Roster.of(walk);
    const { collected, isComplete, problem } = walk.result();
    return this.#join(
      {
        tasks: collected.tasks,
        fingerprintOf: (id) => collected.fingerprintOf(id),
        has: (id) => collected.tasks.has(id),
        malformedCount: collected.malformedCount,
        isComplete,
        problem,
      },
      credentials,
      request,
    );
  }

  #newsOf(walk: PageWalk, older: LookedUp, roster: Roster, credentials: CredentialsList, request: ReadRequest): ListNews {
    this.#roster = roster;
    const { collected } = walk;
    const answer = this.#join(
      {
        tasks: new Map([...collected.tasks, ...older.found]),
        fingerprintOf: (id) => collected.fingerprintOf(id),
        has: (id) => roster.has(id) || older.found.has(id),
        malformedCount: Math.max(roster.malformedCount, collected.malformedCount),
        isComplete: !walk.isBroken && older.problem === null && roster.size >= (walk.total ?? 0),
        problem: walk.problem ?? older.problem,
      },
      credentials,
      request,
    );
    // Only both lists together say that a task is gone.
    const gone = credentials.isKnown ? [...older.absent].filter((id) => !credentials.collected.tasks.has(id)) : [];
    const unseen = credentials.isKnown ? older.missed : [...older.missed, ...older.absent];
    return { extent: 'news', answer: { ...answer, unchanged: [...new Set([...answer.unchanged, ...unseen])] }, gone };
  }

  #join(ordinary: OrdinaryTasks, credentials: CredentialsList, { known }: ReadRequest): ListAnswer {
    const { answer, onlyCredentials } = joinLists(ordinary, credentials, {
      sourceName: this.#sourceName,
      maxItems: this.#limits.maxItems,
      known,
      onlyCredentialsBefore: this.#onlyCredentials,
    });
    this.#onlyCredentials = onlyCredentials;
    if (credentials.isKnown) this.#credentials = fingerprintsOf(credentials);
    return answer;
  }

  /** Ids of which the credentials list says something else than it last did, or nothing any more. */
  #changedCredentials(credentials: CredentialsList): readonly string[] {
    if (!credentials.isKnown) return [];
    const now = fingerprintsOf(credentials);
    return [...new Set([...this.#credentials.keys(), ...now.keys()])].filter((id) => this.#credentials.get(id) !== now.get(id));
  }
}

function fingerprintsOf({ collected }: Extract<CredentialsList, { isKnown: true }>): ReadonlyMap<string, string> {
  return new Map([...collected.tasks.keys()].map((id) => [id, collected.fingerprintOf(id) ?? '']));
}
