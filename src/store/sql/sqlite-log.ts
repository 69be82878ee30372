import { realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';

import type { SqliteThread } from './sqlite-thread.js';

// SQLite does not notice when a database is opened without its write-ahead log: it takes what is in the file for everything. So
// the file itself tells whether a log belongs to it. Whenever something is only in the log, the file contains `elsewhere` as the
// value of a setting, and the log another value: a reader that finds `elsewhere` and no log has not read everything.

const settingName = 'newestState';
const values = { inLog: 'elsewhere', whole: 'here' } as const;

/**
 * Copies the log into the file, and marks the file as one whose newest state will be elsewhere again. It never rejects: while the
 * disk is full or another process holds the file, everything is in the log, and the next write tries again.
 */
export async function checkpointLog(thread: SqliteThread): Promise<void> {
  try {
    await setMark(thread, values.inLog);
    // It keeps the log as long as it is. An empty one could not be told from one that was emptied.
    await thread.ask({ kind: 'checkpoint' });
    await setMark(thread, values.whole);
  } catch {
    await thread.ask({ kind: 'checkpoint' }).catch(() => undefined);
  }
}

/** Whether the newest state of a database that was just opened, and not written since, is in a log that is not there. */
export async function isLogMissing(thread: SqliteThread, path: string): Promise<boolean> {
  return (await isElsewhere(thread)) && (statSync(nameLog(path), { throwIfNoEntry: false })?.size ?? 0) === 0;
}

/** Whether the database says that its newest state is elsewhere; of one whose log was missing, whether that is not yet accepted. */
export async function isElsewhere(thread: SqliteThread): Promise<boolean> {
  const { rows: tables } = await select(thread, "select name from sqlite_master where type = 'table' and name = 'tributary_setting'");
  if (tables.length === 0) return false;
  const { rows } = await select(thread, `select value from tributary_setting where name = '${settingName}' and value = '${values.inLog}'`);
  return rows.length > 0;
}

/** From now on what is in the file counts as everything. */
export async function acceptMissingLog(thread: SqliteThread): Promise<void> {
  await setMark(thread, values.whole);
  await thread.ask({ kind: 'checkpoint' });
}

/** Why a store without its log must not be written, in words. */
export function describeMissingLog(path: string): string {
  const name = basename(nameLog(path));
  return `its write-ahead log ${name} is missing, and with it what was written last; stop the gateway and put the log back beside the file, or accept the loss with tributary store confirm`;
}

function setMark(thread: SqliteThread, value: string): Promise<unknown> {
  const statement = `insert into tributary_setting (name, value) values ('${settingName}', '${value}') on conflict (name) do update set value = excluded.value`;
  return thread.ask({ kind: 'execute', statement });
}

function select(thread: SqliteThread, statement: string): ReturnType<SqliteThread['ask']> {
  return thread.ask({ kind: 'query', statement, parameters: [] });
}

/** SQLite keeps the log beside the file itself, not beside a symbolic link to it. */
function nameLog(path: string): string {
  return `${realpathSync(path)}-wal`;
}
