import { randomBytes, randomUUID } from 'node:crypto';

import type { Transaction } from 'kysely';

import type { TaskActionError } from '../../model/action-errors.js';
import {
  ClaimTakenOverError,
  hashIdempotencyKey,
  type IdempotencyClaim,
  type IdempotencyClaimRequest,
  type IdempotencyKey,
  type IdempotencyRecord,
  idempotencyRetentionMs,
  type IdempotencyStore,
} from '../idempotency-store.js';
import { type Database, replaceNulCharacters } from './database.js';
import type { StoreTables } from './tables.js';

/** Idempotency keys in a database. */
export class SqlIdempotencyStore implements IdempotencyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async readInputHashKey(): Promise<Uint8Array> {
    const setting = { name: 'inputHashKey', value: randomBytes(32).toString('base64') };
    const { value } = await this.#database.write(async (db) => {
      await db
        .insertInto('tributary_setting')
        .values(setting)
        .onConflict((same) => same.column('name').doNothing())
        .execute();
      return db.selectFrom('tributary_setting').select('value').where('name', '=', setting.name).executeTakeFirstOrThrow();
    });
    return Buffer.from(value, 'base64');
  }

  async claimIdempotencyKey(key: IdempotencyKey, request: IdempotencyClaimRequest): Promise<IdempotencyClaim> {
    const keyHash = hashIdempotencyKey(key);
    const caller = replaceNulCharacters(key.caller);
    const claimId = randomUUID();
    return this.#database.write(async (db): Promise<IdempotencyClaim> => {
      await insertClaim(keyHash, claimId, caller, request, db);
      const row = await selectClaim(keyHash, db);
      if (row.claim_id === claimId) {
        if (await isWithinLimit(caller, request, db)) return { kind: 'claimed', claimId };
        await db.deleteFrom('tributary_idempotency_key').where('claim_id', '=', claimId).execute();
        return { kind: 'limitReached' };
      }
      const { input_hash: inputHash, claimed_at: claimedAt, audit_id: auditId, outcome, action_outcome: actionOutcome } = row;
      if (outcome !== null) return { kind: 'recorded', record: { inputHash, outcome, errors: parseErrors(row.errors), auditId } };
      return { kind: 'pending', inputHash, claimedAt, action: auditId === null ? null : { auditId, outcome: actionOutcome } };
    });
  }

  async saveIdempotencyRecord(claimId: string, { outcome, errors, auditId }: IdempotencyRecord): Promise<void> {
    const record = { outcome, errors: JSON.stringify(errors), audit_id: auditId };
    await this.#database.write((db) => db.updateTable('tributary_idempotency_key').set(record).where('claim_id', '=', claimId).execute());
  }
}

/**
 * Links an action to the claim it is performed under, in the transaction that records the action: both are stored or
 * neither, so that a repetition after a crash finds what was sent. Throws a ClaimTakenOverError when another request
 * has taken the claim over.
 */
export async function linkActionToClaim(claimId: string, auditId: string, db: Transaction<StoreTables>): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('tributary_idempotency_key')
    .set({ audit_id: auditId })
    .where('claim_id', '=', claimId)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new ClaimTakenOverError();
}

/**
 * Inserts the claim, or takes over one that is free by the rule of `isClaimFree`, in one statement: of all processes
 * one succeeds.
 */
async function insertClaim(
  keyHash: string,
  claimId: string,
  caller: string,
  { inputHash, at, abandonedSince }: IdempotencyClaimRequest,
  db: Transaction<StoreTables>,
): Promise<void> {
  const claim = { claim_id: claimId, caller, claimed_at: at, input_hash: inputHash, audit_id: null, outcome: null, errors: null };
  await db
    .insertInto('tributary_idempotency_key')
    .values({ key_hash: keyHash, ...claim })
    .onConflict((same) =>
      same
        .column('key_hash')
        .doUpdateSet(claim)
        .where(({ eb, and, or }) => {
          const { ref } = db.dynamic;
          const isAbandoned = and([
            eb(ref<'audit_id'>('tributary_idempotency_key.audit_id'), 'is', null),
            eb(ref<'outcome'>('tributary_idempotency_key.outcome'), 'is', null),
            eb(ref<'claimed_at'>('tributary_idempotency_key.claimed_at'), '<=', abandonedSince),
          ]);
          return or([isAbandoned, eb(ref<'claimed_at'>('tributary_idempotency_key.claimed_at'), '<=', at - idempotencyRetentionMs)]);
        }),
    )
    .execute();
}

function selectClaim(keyHash: string, db: Transaction<StoreTables>) {
  return db
    .selectFrom('tributary_idempotency_key as claim')
    .leftJoin('tributary_action as action', 'action.audit_id', 'claim.audit_id')
    .select(['claim_id', 'claimed_at', 'input_hash', 'claim.audit_id', 'claim.outcome', 'errors', 'action.outcome as action_outcome'])
    .where('key_hash', '=', keyHash)
    .executeTakeFirstOrThrow();
}

/** Whether the caller, with the new claim, has no more unexpired keys than allowed. */
async function isWithinLimit(
  caller: string,
  { at, maxKeysPerCaller }: IdempotencyClaimRequest,
  db: Transaction<StoreTables>,
): Promise<boolean> {
  const excess = await db
    .selectFrom('tributary_idempotency_key')
    .select('key_hash')
    .where('caller', '=', caller)
    .where('claimed_at', '>', at - idempotencyRetentionMs)
    .offset(maxKeysPerCaller)
    .limit(1)
    .executeTakeFirst();
  return excess === undefined;
}

function parseErrors(json: string | null): readonly TaskActionError[] {
  return json === null ? [] : (JSON.parse(json) as readonly TaskActionError[]);
}
