/** A row of the attack table that is proven by tests without the row in their titles. */
export interface OtherRow {
  readonly row: string;
  readonly what: string;
  /** Files, and a quote from each that names the proof; empty when the row does not apply. */
  readonly proofs: readonly (readonly [file: string, quote: string])[];
  readonly reason?: string;
}

/** Together with the titles of tests, these cover every row from A1 to A50. */
export const otherRows: readonly OtherRow[] = [
  {
    row: 'A14',
    what: 'endless or compressed bodies, and bodies with two lengths',
    proofs: [
      ['test/server/http-connections.test.ts', 'A body that is too large is 413 before it is read'],
      ['test/server/http-connections.test.ts', 'a length and chunks'],
      ['test/server/guards/json-body.test.ts', 'a body in %s is 415'],
      ['scripts/attacks-bench/refusals.mjs', 'A14'],
    ],
  },
  {
    row: 'A15',
    what: 'bodies that are not UTF-8',
    proofs: [
      ['test/server/guards/json-body.test.ts', 'UTF-16'],
      ['test/server/guards/json-body.test.ts', 'an overlong slash'],
      ['test/server/guards/json-body.test.ts', 'NUL'],
    ],
  },
  {
    row: 'A16',
    what: 'slow headers, bodies and readers; idle connections',
    proofs: [
      ['test/server/http-connections.test.ts', 'A request that does not arrive is 408'],
      ['test/server/http-connections.test.ts', 'A client that does not read its response is disconnected'],
      ['scripts/attacks-bench/idle-connections.mjs', 'idle'],
    ],
  },
  {
    row: 'A17',
    what: 'many keys, and duplicate keys',
    proofs: [
      ['test/server/guards/json-body.test.ts', '1,000,000 keys'],
      ['test/server/guards/json-body.test.ts', 'one key twice'],
      ['test/server/guards/json-body.test.ts', 'What a body may not have is refused in a URL too'],
    ],
  },
  {
    row: 'A22',
    what: 'forged ids, and ids of another caller',
    proofs: [
      ['test/gateway/access/hidden-tasks.test.ts', 'an altered id finds nothing'],
      ['test/gateway/access/hidden-tasks.test.ts', 'gives the same response, except for the id'],
      ['test/gateway/query/hostile-ids.test.ts', 'has no task with the id'],
      ['test/gateway/caller-tokens/never-mixed.test.ts', 'what one token brought is never shown to the other'],
      ['scripts/attacks-bench/oracles.mjs', 'hidden'],
    ],
  },
  {
    row: 'A28',
    what: "a caller's own credential at a plane",
    proofs: [
      ['test/gateway/caller-tokens/upstream-tokens.test.ts', 'each plane is sent its own token alone'],
      ['test/attacks/values.test.ts', 'no header of a client is forwarded to a plane'],
      ['test/gateway/caller-tokens/many-tokens.test.ts', '24 tokens of one caller at once are all served'],
      ['test/gateway/caller-tokens/many-tokens.test.ts', 'of 1,200 tokens of as many callers 1,000 are kept'],
      ['test/gateway/caller-tokens/many-tokens.test.ts', 'while all tokens are in use, one more is refused without a call'],
      ['test/gateway/caller-tokens/many-tasks.test.ts', 'idle tokens keep 100,000 tasks in all'],
    ],
  },
  {
    row: 'A29',
    what: 'results shared across callers',
    proofs: [
      ['test/gateway/caller-tokens/never-mixed.test.ts', 'what one token brought is never shown to the other'],
      ['test/gateway/access/reading.test.ts', 'the tasks that the policy lets them read'],
      ['test/gateway/access/changes.test.ts', 'a change of a task that may no longer be read is not sent'],
      ['test/server/subscriptions/subscription-caches.test.ts', 'get an answer of their own'],
      ['test/upstream/policy/single-flight.test.ts', 'another credential or another URL is a call of its own'],
    ],
  },
  {
    row: 'A32',
    what: 'the number of connections',
    proofs: [
      ['test/server/subscriptions/web-socket-ends.test.ts', 'when limits.sockets are open'],
      ['test/server/subscriptions/web-socket-ends.test.ts', 'with 4408 when no message arrives in time'],
      ['test/server/guards/unauthenticated-connections.test.ts', 'of one address the 100 newest stay, and a caller from there is served'],
      ['test/server/guards/unauthenticated-connections.test.ts', 'share 200 connections, and the address with the most of them makes way'],
      ['test/server/guards/unauthenticated-connections.test.ts', 'A connection of a caller stays, however many others come after it'],
      ['test/server/guards/unauthenticated-connections.test.ts', 'Event streams without a credential are refused before they take a place'],
    ],
  },
  {
    row: 'A34',
    what: 'a credential that expires during a subscription',
    proofs: [
      ['test/server/authentication/web-socket.test.ts', 'An event that comes after a key has expired'],
      ['test/server/authentication/web-socket.test.ts', 'When a key is revoked, its WebSockets and streams are closed'],
      ['test/gateway/access/changes.test.ts', 'a change of a task that may no longer be read is not sent'],
    ],
  },
  {
    row: 'A35',
    what: 'forged tokens',
    proofs: [
      ['test/server/authentication/tokens.test.ts', 'is 401, with the same words, and nothing is fetched'],
      ['test/server/authentication/tokens.test.ts', 'the same role of another issuer nothing'],
      ['test/config/problems.test.ts', 'a grant that does not say which of two issuers it trusts'],
      ['test/config/problems.test.ts', 'two issuers of one name'],
    ],
  },
  {
    row: 'A36',
    what: 'a flood of tokens with unknown key ids or forged signatures',
    proofs: [
      ['test/server/authentication/jwks-cache.test.ts', 'A flood of unknown key ids costs one read in 30 s'],
      ['test/server/authentication/jwks-cache.test.ts', 'a flood of forged tokens costs one read in 30 s'],
      ['test/server/authentication/jwks-cache.test.ts', 'At most 16 keys are tried for one token'],
      [
        'test/server/authentication/unsigned-tokens.test.ts',
        'Of tokens of an issuer that hangs 16 wait and the others are refused at once',
      ],
      ['test/server/authentication/unsigned-tokens.test.ts', 'After 100 tokens in a minute that no issuer signed'],
    ],
  },
  {
    row: 'A37',
    what: 'an issuer that is unreachable, slow, without keys, or has rotated them',
    proofs: [
      ['test/server/authentication/jwks-cache.test.ts', 'An issuer that is down'],
      ['test/server/authentication/jwks-cache.test.ts', 'A slow issuer delays only callers with its tokens'],
      ['test/server/authentication/jwks-cache.test.ts', 'a key that is gone is refused'],
      ['test/server/authentication/jwks-cache.test.ts', 'a key that was replaced is found by its first token'],
      ['test/server/authentication/jwks-cache.test.ts', 'No token of an issuer without keys is accepted'],
      ['test/server/authentication/jwks-cache.test.ts', 'A token of a known key does not wait while the keys are read'],
      ['test/server/authentication/jwks-cache.test.ts', 'The pause between two reads begins when the first has ended'],
      ['test/server/authentication/jwks-cache.test.ts', 'An entry that is no key is ignored'],
      ['test/server/authentication/jwks-cache.test.ts', 'one that the issuer has removed is refused at once'],
      ['test/server/authentication/removed-keys.test.ts', 'one is gone, its WebSockets and streams end'],
      ['test/cli/reload.test.ts', 'SIGHUP reads the keys of the issuers again'],
    ],
  },
  {
    row: 'A38',
    what: 'guessed keys',
    proofs: [
      ['test/server/authentication/keys.test.ts', 'Ten wrong keys from one address within a minute'],
      ['test/server/authentication/keys.test.ts', 'A key in the URL as'],
      ['test/server/authentication/keys.test.ts', 'Two credentials in one request are refused'],
      ['test/server/authentication/web-socket.test.ts', 'two spellings of a key'],
      ['test/server/authentication/web-socket.test.ts', 'closes the WebSocket with 4400'],
      ['test/gateway/caller-tokens/upstream-tokens.test.ts', 'Two tokens are none'],
      ['scripts/attacks-bench/oracles.mjs', 'key'],
    ],
  },
  {
    row: 'A40',
    what: 'more actions per minute than a caller is allowed',
    proofs: [['test/gateway/actions/actions-per-minute.test.ts', 'an action beyond the quota is 429']],
  },
  {
    row: 'A43',
    what: 'a store that is full, locked, unavailable, removed, replaced, emptied or used twice; every outcome of an action in the audit trail',
    proofs: [
      ['test/process/store/failing-store.test.ts', 'on a full disk'],
      ['test/process/store/failing-store.test.ts', 'that hangs'],
      ['test/process/store/one-gateway.test.ts', 'by kill -9 as well'],
      ['test/store/changed-file.test.ts', 'while the file of a store is %s, no action is sent and reads go on'],
      ['test/store/changed-file.test.ts', 'a file that has lost its log is read and not written until an operator confirms the loss'],
      ['test/store/changed-file.test.ts', 'a store that is %s is refused at once, in words'],
      ['test/store/other-database.test.ts', 'no action is sent after %s, reads go on'],
      ['test/gateway/audit/every-outcome.test.ts', 'the audit trail has caller, task, outcome and reasons'],
      ['test/gateway/audit/flood.test.ts', 'a flood of refusals'],
    ],
  },
  { row: 'A44', what: 'timing side channels', proofs: [['scripts/attacks-bench/oracles.mjs', 'hidden']] },
  {
    row: 'A46',
    what: 'labels of metrics',
    proofs: [],
    reason: 'The gateway serves no metrics; test/attacks/health.test.ts proves that the route does not exist.',
  },
  {
    row: 'A49',
    what: 'configuration files that other accounts can change',
    proofs: [['test/process/configuration-file.test.ts', 'A file that every account may change is reported on stderr']],
  },
  {
    row: 'A50',
    what: 'forged client addresses',
    proofs: [
      ['test/server/authentication/untrusted-proxy.test.ts', 'X-Forwarded-For'],
      ['test/server/authentication/client-address.test.ts', 'the address of a client is'],
    ],
  },
  {
    row: 'A51',
    what: 'answers of one plane that would stop or fill the gateway: a million subtasks, errors, causes, items, members; depth; texts of megabytes',
    proofs: [
      ['test/gateway/faults/hostile-answers.test.ts', 'What a task has too much of is left out, with a warning that counts it'],
      ['test/gateway/faults/hostile-answers.test.ts', 'Items that are no tasks count towards maxItems'],
      ['test/gateway/faults/hostile-answers.test.ts', 'An answer that is %s fails this source alone.'],
      ['test/gateway/cache/late-lists.test.ts', 'the deadline of a read holds while its tasks are translated'],
      ['test/upstream/cut-json.test.ts', 'what is left is JSON within the limits'],
      ['scripts/attacks-bench/hostile-planes.mjs', 'worst /livez'],
    ],
  },
];
