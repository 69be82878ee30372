import type { Transaction } from 'kysely';

import {
  type AuditEntry,
  type AuditHead,
  type AuditLink,
  type AuditTrail,
  createAuditLink,
  emptyHead,
  maxAuditLinksPerRead,
} from '../audit-trail.js';
import { StoreOutageError } from '../store-availability.js';
import type { Database } from './database.js';
import { refuseOtherDatabase, selectDatabaseState } from './store-identity.js';
import type { StoreTables } from './tables.js';

/**
 * The setting that stores the head of the chain apart from the chain, so that links missing at its end are detected.
 */
const headName = 'auditHead';

/** The audit trail in a database, for reading. */
export class SqlAudit implements AuditTrail {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  readLinks(after: number): Promise<readonly AuditLink[]> {
    return this.#database.read((db) =>
      db.selectFrom('tributary_audit').selectAll().where('position', '>', after).orderBy('position').limit(maxAuditLinksPerRead).execute(),
    );
  }

  async readHead(): Promise<AuditHead> {
    const row = await this.#database.read((db) =>
      db.selectFrom('tributary_setting').select('value').where('name', '=', headName).executeTakeFirst(),
    );
    return row === undefined ? emptyHead : parseHead(row.value);
  }
}

/** Writes to a database what the audit trail reports, and the trail. Nothing here changes or deletes a link. */
export class AuditedDatabase {
  readonly #database: Database;
  readonly #storeId: string;
  /** Position of the last link that this process has appended. */
  #lastPosition = 0;

  /** `storeId`: of the database that was opened; no other is written to. */
  constructor(database: Database, storeId: string) {
    this.#database = database;
    this.#storeId = storeId;
  }

  /** Runs the job in a transaction; what it appends, at least one entry at a time, is stored with its changes or not at all. */
  async write<Value>(
    job: (db: Transaction<StoreTables>, append: (entries: readonly AuditEntry[]) => Promise<void>) => Promise<Value>,
  ): Promise<Value> {
    let position = 0;
    const value = await this.#database.write((db) =>
      job(db, async (entries) => {
        position = await this.#append(entries, db);
      }),
    );
    this.#lastPosition = Math.max(this.#lastPosition, position);
    return value;
  }

  /** Throws a StoreOutageError unless the transaction is one in the database that was opened, with all that was appended to it. */
  async refuseOtherDatabase(db: Transaction<StoreTables>): Promise<void> {
    const lastPosition = this.#lastPosition;
    const found = await db
      .selectFrom('tributary_setting as head')
      .select(({ selectFrom }) => ['head.value', ...selectDatabaseState({ selectFrom })])
      .where('head.name', '=', headName)
      .executeTakeFirst();
    this.#readHead(found, lastPosition);
  }

  /** The position of the last new link. Processes that share the database wait for each other here. */
  async #append(entries: readonly AuditEntry[], db: Transaction<StoreTables>): Promise<number> {
    const lastPosition = this.#lastPosition;
    // The migration has inserted this row. Updating it locks it until the transaction ends.
    const found = await db
      .updateTable('tributary_setting')
      .set(({ ref }) => ({ value: ref('value') }))
      .where('name', '=', headName)
      .returning(({ selectFrom }) => ['value', ...selectDatabaseState({ selectFrom })])
      .executeTakeFirst();
    let head = this.#readHead(found, lastPosition);
    const links: AuditLink[] = [];
    for (const entry of entries) {
      const link = createAuditLink(head, entry);
      links.push(link);
      head = link;
    }
    await db.insertInto('tributary_audit').values(links).execute();
    await db
      .updateTable('tributary_setting')
      .set({ value: `${head.position}:${head.hash}` })
      .where('name', '=', headName)
      .execute();
    return head.position;
  }

  #readHead(
    found: { readonly value: string; readonly storeId: string | null; readonly version: number | null } | undefined,
    lastPosition: number,
  ): AuditHead {
    refuseOtherDatabase(this.#storeId, found ?? { storeId: null, version: null });
    const head = parseHead(found?.value ?? '');
    if (head.position < lastPosition) {
      throw new StoreOutageError(
        'it lacks entries of the audit trail that this gateway has written, because an older copy was restored or a server took over that had not received them; start the gateway again to go on without them',
      );
    }
    return head;
  }
}

function parseHead(value: string): AuditHead {
  const [position = '', hash = ''] = value.split(':');
  return { position: Number(position), hash };
}
