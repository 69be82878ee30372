import { randomUUID } from 'node:crypto';

import type { TaskActionError } from '../../model/action-errors.js';
import {
  hashIdempotencyKey,
  type IdempotencyClaim,
  type IdempotencyClaimRequest,
  type IdempotencyKey,
  type IdempotencyRecord,
  idempotencyRetentionMs,
} from '../idempotency-record.js';
import { type Database, replaceNulCharacters } from './database.js';

/** Idempotency keys in a database. */
export class SqlIdempotencyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async claim(
    key: IdempotencyKey,
    { inputHash, at, abandonedSince, maxKeysPerCaller: mostOfCaller }: IdempotencyClaimRequest,
  ): Promise<IdempotencyClaim> {
    const name = hashIdempotencyKey(key);
    const caller = replaceNulCharacters(key.caller);
    const mine = { claim_id: randomUUID(), caller, claimed_at: at, input_hash: inputHash, audit_id: null, outcome: null, errors: null };
    return this.#database.write(async (db): Promise<IdempotencyClaim> => {
      await db
        .insertInto('tributary_answer')
        .values({ name, ...mine })
        .onConflict((same) =>
          same
            .column('name')
            .doUpdateSet(mine)
            .where(({ eb, and, or }) => {
              const { ref } = db.dynamic;
              const isAbandoned = and([
                eb(ref<'audit_id'>('tributary_answer.audit_id'), 'is', null),
                eb(ref<'outcome'>('tributary_answer.outcome'), 'is', null),
                eb(ref<'claimed_at'>('tributary_answer.claimed_at'), '<=', abandonedSince),
              ]);
              return or([isAbandoned, eb(ref<'claimed_at'>('tributary_answer.claimed_at'), '<=', at - idempotencyRetentionMs)]);
            }),
        )
        .execute();
      const row = await db
        .selectFrom('tributary_answer as answer')
        .leftJoin('tributary_action as action', 'action.audit_id', 'answer.audit_id')
        .select(['claim_id', 'claimed_at', 'input_hash', 'answer.audit_id', 'answer.outcome', 'errors', 'action.outcome as recorded'])
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      const { claim_id: claimId, claimed_at: claimedAt, input_hash: hash, audit_id: auditId, outcome, errors, recorded } = row;
      if (claimId === mine.claim_id) {
        const beyond = await db
          .selectFrom('tributary_answer')
          .select('name')
          .where('caller', '=', caller)
          .where('claimed_at', '>', at - idempotencyRetentionMs)
          .offset(mostOfCaller)
          .limit(1)
          .executeTakeFirst();
        if (beyond === undefined) return { kind: 'mine', claimId };
        await db.deleteFrom('tributary_answer').where('claim_id', '=', claimId).execute();
        return { kind: 'tooMany' };
      }
      if (outcome !== null) return { kind: 'kept', answer: { inputHash: hash, outcome, errors: parseErrors(errors), auditId } };
      return { kind: 'theirs', inputHash: hash, claimedAt, action: auditId === null ? null : { auditId, outcome: recorded } };
    });
  }

  async save(claimId: string, { outcome, errors, auditId }: IdempotencyRecord): Promise<void> {
    const answer = { outcome, errors: JSON.stringify(errors), audit_id: auditId };
    await this.#database.write((db) => db.updateTable('tributary_answer').set(answer).where('claim_id', '=', claimId).execute());
  }
}

function parseErrors(json: string | null): readonly TaskActionError[] {
  return json === null ? [] : (JSON.parse(json) as readonly TaskActionError[]);
}
