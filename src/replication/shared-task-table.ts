import { createHash } from 'node:crypto';

import { redact } from '../model/secret.js';
import type { TaskSourceHealth } from '../model/source-health.js';
import { omitObservations, type Task } from '../model/task.js';
import type { PostgresSession } from './postgres-session.js';
import type { SharedTask } from './replicas.js';

/** A page of the changes that processes have shared. */
interface SharedTaskPage {
  readonly tasks: readonly SharedTask[];
  readonly next: SharedTaskCursor;
  readonly isLast: boolean;
}

/** Up to where a process has read: a version of the source, and a task of that version. */
export interface SharedTaskCursor {
  readonly version: string;
  readonly sourceTaskId: string;
}

/** What a process shares with the others; null means unchanged. */
interface SharedTaskChanges {
  readonly tasks: readonly SharedTask[];
  readonly health: TaskSourceHealth | null;
  /** Whether all tasks of the list have been written. */
  readonly isListComplete: boolean | null;
}

interface SharedSourceState {
  /** Null when no leader has shared it yet. */
  readonly health: TaskSourceHealth | null;
  /** Whether all tasks of the list have been written; column `is_listed`. */
  readonly isListComplete: boolean;
}

export const initialCursor: SharedTaskCursor = { version: '0', sourceTaskId: '' };

/** Bounds what one statement returns: a task takes some kB. */
const pageSize = 500;

/**
 * What the processes of one site know of the tasks of their sources. Each change gets the next version of its source.
 * The row of the source is locked until the change is committed, so that versions become visible in their order and no
 * reader misses one.
 */
export class SharedTaskTable {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  /** Writes what is newer than the stored state, and sends the notice if anything is. */
  async write(sourceName: string, { tasks, health, isListComplete }: SharedTaskChanges, notice: string): Promise<void> {
    const rows = tasks.map(toSharedRow);
    const column = <Key extends keyof SharedRow>(key: Key): readonly SharedRow[Key][] => rows.map((row) => row[key]);
    await this.#session.query(writeStatement, [
      sourceName,
      health && JSON.stringify(health),
      column('local_id'),
      column('asked_at'),
      column('digest'),
      column('kind'),
      column('is_listed'),
      column('state'),
      isListComplete === null ? null : Number(isListComplete),
      notice,
    ]);
  }

  async read(sourceName: string, after: SharedTaskCursor): Promise<SharedTaskPage> {
    const rows = await this.#session.query<SharedRow & { version: string }>(readStatement, [
      sourceName,
      after.version,
      after.sourceTaskId,
      pageSize,
    ]);
    const last = rows.at(-1);
    const next = last === undefined ? after : { version: last.version, sourceTaskId: last.local_id };
    return { tasks: rows.map(readSharedTask), next, isLast: rows.length < pageSize };
  }

  /** Reads what is shared of the source itself. */
  async readSource(sourceName: string): Promise<SharedSourceState> {
    const [row] = await this.#session.query<{ health: string | null; is_listed: string | null }>(
      'select health, is_listed from tributary_shared_source where source_name = $1',
      [sourceName],
    );
    const health = row?.health == null ? null : (JSON.parse(row.health) as TaskSourceHealth);
    return { health, isListComplete: Number(row?.is_listed ?? 0) === 1 };
  }

  /**
   * Deletes tasks that are gone, or were only read by id, and that were last asked for before `since`, in milliseconds
   * since 1970.
   */
  async prune(sourceName: string, since: number): Promise<void> {
    await this.#session.query(
      'delete from tributary_shared_task where source_name = $1 and asked_at < $2 and (state is null or is_listed = 0)',
      [sourceName, since],
    );
  }
}

/** The kinds as the database has them, where processes of earlier versions read them too. */
const storedKinds = { there: 'there', gone: 'gone', untracked: 'left' } as const satisfies Record<SharedTask['kind'], string>;
type StoredKind = (typeof storedKinds)[SharedTask['kind']];

interface SharedRow {
  readonly local_id: string;
  /** Milliseconds since 1970; the driver returns bigint as text. */
  readonly asked_at: number | string;
  readonly digest: string;
  readonly kind: StoredKind;
  /** 0 or 1. */
  readonly is_listed: number | string;
  /** The task as JSON; null unless the plane has it. */
  readonly state: string | null;
}

const writeStatement = `
  with source as (
    insert into tributary_shared_source as one (source_name, version, health, is_listed) values ($1, 1, $2, $9)
    on conflict (source_name) do update set version = one.version + 1, health = coalesce(excluded.health, one.health),
      is_listed = coalesce(excluded.is_listed, one.is_listed)
    returning version
  ), written as (
    insert into tributary_shared_task as one (source_name, local_id, version, asked_at, digest, kind, is_listed, state)
    select $1, row.*
    from (select local_id, version, asked_at, digest, kind, is_listed, state
      from unnest($3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::text[])
        as given (local_id, asked_at, digest, kind, is_listed, state), source) as row
    on conflict (source_name, local_id) do update set version = excluded.version, asked_at = excluded.asked_at,
      digest = excluded.digest, kind = excluded.kind, is_listed = excluded.is_listed, state = excluded.state
    where one.asked_at <= excluded.asked_at and one.digest <> excluded.digest
    returning local_id
  )
  select pg_notify('tributary', $10) from source where $2::text is not null or $9::bigint is not null or exists (select from written)`;

const readStatement = `
  select local_id, version, asked_at, digest, kind, is_listed, state from tributary_shared_task
  where source_name = $1 and (version, local_id) > ($2::bigint, $3) order by version, local_id limit $4`;

/** The row contains nothing that a client may not see. */
function toSharedRow(shared: SharedTask): SharedRow {
  const { sourceTaskId, requestedAt } = shared;
  const kind = storedKinds[shared.kind];
  const row = { local_id: sourceTaskId, asked_at: requestedAt, kind };
  if (shared.kind !== 'there') return { ...row, digest: kind, is_listed: 0, state: null };
  const { task } = shared;
  const state = { ...task, payload: task.payload && redact(task.payload) };
  const digest = digestSharedTask(state, shared.isListed);
  return { ...row, digest, is_listed: shared.isListed ? 1 : 0, state: JSON.stringify(state) };
}

function readSharedTask({ local_id: sourceTaskId, asked_at: at, kind, is_listed: isListed, state }: SharedRow): SharedTask {
  const requestedAt = Number(at);
  if (kind !== 'there' || state === null) return { kind: kind === storedKinds.untracked ? 'untracked' : 'gone', sourceTaskId, requestedAt };
  return { kind: 'there', sourceTaskId, requestedAt, isListed: Number(isListed) === 1, task: JSON.parse(state) as Task };
}

function digestSharedTask(task: Task, isListed: boolean): string {
  return createHash('sha256')
    .update(JSON.stringify([isListed, omitObservations(task)]))
    .digest('base64url');
}
