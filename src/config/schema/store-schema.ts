import { z } from 'zod';

import { secretSetting } from '../../task/source/secret-setting.js';
import { durationSetting } from './duration-setting.js';

/** Keys that every kind has. */
function keptSettings(record: 'always' | 'watched') {
  return {
    keep: durationSetting('How long actions are kept, and tasks from when their planes forgot them.', '30d'),
    record: z
      .enum(['always', 'watched'])
      .default(record)
      .describe(
        `Whether planes are looked at always, so that history has no holes, or only while somebody watches or asks. ${record} by default.`,
      ),
  };
}

const postgresUrl = secretSetting('URL of the database, such as postgres://user:password@host/database.').regex(/^postgres(ql)?:\/\/\S+$/, {
  error: 'expected a URL that begins with postgres://',
});

/** What is kept, and where. An embedded database by default. */
export const storeSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('memory').describe('Lost when the process ends.'), ...keptSettings('watched') })
      .describe('In memory.'),
    z
      .strictObject({
        kind: z.literal('sqlite').describe('An embedded database; one process.'),
        path: z
          .string()
          .min(1)
          .default('./tributary.db')
          .describe('The database file, from the folder of the configuration. ./tributary.db by default.'),
        ...keptSettings('always'),
      })
      .describe('In an embedded database.'),
    z
      .strictObject({
        kind: z.literal('postgres').describe('A PostgreSQL database; many processes.'),
        url: postgresUrl,
        ...keptSettings('always'),
      })
      .describe('In PostgreSQL.'),
  ])
  .transform(({ keep, ...store }) => ({ ...store, keepMs: keep }))
  .prefault({ kind: 'sqlite' })
  .describe('Where tracked ids, the journal of actions and history are kept. In the embedded database ./tributary.db by default.');
