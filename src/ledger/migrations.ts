/**
 * How the tables came to be, in SQL that both databases understand. The version of a database is how many of these it has seen;
 * one that was released is never changed, only followed by another.
 */
export const migrations: readonly (readonly string[])[] = [
  [
    'create table tributary_setting (name text primary key, value text not null)',
    `create table tributary_tracked (
      source_name text not null, local_id text not null, tracked_at bigint not null, primary key (source_name, local_id))`,
    `create table tributary_action (
      audit_id text primary key, caller text not null, mutation text not null, action text not null, task_id text not null,
      reason text, recorded_at bigint not null, outcome text, outcome_at bigint)`,
    'create index tributary_action_recorded_at on tributary_action (recorded_at)',
    `create table tributary_answer (
      name text primary key, claim_id text not null, claimed_at bigint not null, input_hash text not null,
      audit_id text, outcome text, errors text)`,
    'create unique index tributary_answer_claim_id on tributary_answer (claim_id)',
    'create index tributary_answer_claimed_at on tributary_answer (claimed_at)',
  ],
];
