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
import type { Database } from './database.js';
import type { StoreTables } from './tables.js';

/**
 * The setting that stores the head of the chain apart from the chain, so that links missing at its end are detected.
 */
const headName = 'auditHead';

/** The audit trail in a database. Nothing here changes or deletes a link. */
export class SqlAudit implements AuditTrail {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Appends at least one link, in the transaction of what it reports. Processes that share the database wait for each
   * other here.
   */
  static async append(entries: readonly AuditEntry[], db: Transaction<StoreTables>): Promise<void> {
    // The migration has inserted this row. Updating it locks it until the transaction ends.
    await db
      .updateTable('tributary_setting')
      .set(({ ref }) => ({ value: ref('value') }))
      .where('name', '=', headName)
      .execute();
    const { value } = await db.selectFrom('tributary_setting').select('value').where('name', '=', headName).executeTakeFirstOrThrow();
    let head = parseHead(value);
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

function parseHead(value: string): AuditHead {
  const [position = '', hash = ''] = value.split(':');
  return { position: Number(position), hash };
}
