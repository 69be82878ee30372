import type { AuditLink } from '../../src/store/audit-trail.js';

/** As the version wrote them that had no words for outcomes, and another one for what is not there. */
export const linksOfEarlierVersion: readonly AuditLink[] = [
  {
    position: 1,
    previous: '0000000000000000000000000000000000000000000000000000000000000000',
    hash: 'd81f9d18a0ea9ba5339b9801756f1ac0f4ca8468743c88ef396b10ef64dd75b2',
    entry:
      '{"kind":"ASKED","at":"2026-11-21T08:00:00.000Z","auditId":"a","caller":"key:sre","mutation":"retryTask","action":"RETRY","taskId":"vcf-sfo:1","reason":"it is\\ttime","refusedFor":null}',
  },
  {
    position: 2,
    previous: 'd81f9d18a0ea9ba5339b9801756f1ac0f4ca8468743c88ef396b10ef64dd75b2',
    hash: 'cf6b30aaef74872d9fb5eb4b80578d5fb4f4e88ccdfb1fe1184ecca0279d0f05',
    entry: '{"kind":"OUTCOME","at":"2026-11-21T08:00:00.000Z","auditId":"a","outcome":"ACCEPTED"}',
  },
  {
    position: 3,
    previous: 'cf6b30aaef74872d9fb5eb4b80578d5fb4f4e88ccdfb1fe1184ecca0279d0f05',
    hash: 'deb3318f353621775da96775eec380152ace84b207ba14949e55fdfc938440e7',
    entry:
      '{"kind":"ASKED","at":"2026-11-21T08:00:00.000Z","auditId":"b","caller":"key:sre","mutation":"retryTask","action":"RETRY","taskId":"vcf-sfo:1","reason":null,"refusedFor":["TaskNotFoundError"]}',
  },
  {
    position: 4,
    previous: 'deb3318f353621775da96775eec380152ace84b207ba14949e55fdfc938440e7',
    hash: 'a82e5e49d015b01adf686982c22e608c72e4cb78fa2bb24115d9b2a0cef6970b',
    entry: '{"kind":"OUTCOME","at":"2026-11-21T08:00:00.000Z","auditId":"b","outcome":"REJECTED"}',
  },
];
