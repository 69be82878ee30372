/** What is promised towards the planes and their callers, with its figure, and where that is proven. */
export interface PromiseRow {
  readonly row: string;
  /** As it is kept here, with its figures. */
  readonly what: string;
  /** Tests that fail when it is not kept. */
  readonly files: readonly string[];
  /** Scripts of package.json that measure what no test can, or prove it with figures that no test has the time for. */
  readonly scripts?: readonly string[];
  /** What differs from the goal that was set, or is not proven, and why. */
  readonly but?: string;
}

const policy = 'test/upstream/policy';
const faults = 'test/gateway/faults';

/** P1 to P26. */
export const promiseRows: readonly PromiseRow[] = [
  {
    row: 'P1',
    what: 'every operation ends by the deadline of its sources and 100 ms, whatever a plane does; a list of several sources, from the second on, by half a second, and 99 of 100 by 0.7 s; while the breaker is open it takes what it takes without that plane',
    files: [
      'test/faults/sample.test.ts',
      `${faults}/silence.test.ts`,
      `${faults}/waiting.test.ts`,
      `${faults}/hanging-planes.test.ts`,
      `${policy}/circuit-breaker.test.ts`,
    ],
    scripts: ['matrix', 'promises:bench'],
    but: 'A list with maxAgeMs 0, of one source, or the first one after a start waits for the deadline. An action takes up to three deadlines: its task is read before and after. Of the operations that arrive while an open breaker tries the plane, those of the first half second wait, half a second at most: 3 of 100 while it is open for 5 s and 10 s, so that their p99 is not that of a plane that is well; 1 of 100 once it is open for a minute.',
  },
  {
    row: 'P2',
    what: 'the deadline is a budget: attempts, waits and queues together; an attempt takes 3 s at most while another may follow (60 % of a deadline over 5 s), a connection 1 s; none begins with less than 100 ms left',
    files: [`${policy}/deadline.test.ts`, 'test/upstream/connections.test.ts'],
  },
  {
    row: 'P3',
    what: 'one failing source never hides the tasks of the others, and each source that was asked is listed once with what became of it',
    files: [`${faults}/lists.test.ts`, `${faults}/in-part.test.ts`, `${faults}/dead-at-start.test.ts`, 'test/faults/sample.test.ts'],
    scripts: ['matrix'],
  },
  {
    row: 'P4',
    what: 'reads are tried three times at most, with full jitter and Retry-After; of 10,000 reads: 1.01 attempts each while nothing works, 97 % succeed for 1.45 while 30 % fail, 99.9 % for 1.15 while 10 % do',
    files: [`${policy}/retries.test.ts`, 'test/upstream/retry-after.test.ts'],
    but: 'Waits are spread evenly from nothing to 50 ms (Kolmogorov-Smirnov); that no two of 100 lie within the same 5 ms is more than 50 ms have room for.',
  },
  {
    row: 'P5',
    what: 'an action is never sent twice: one attempt, and one more after a 401 of the plane itself alone',
    files: [
      'test/upstream/action-delivery.test.ts',
      'test/gateway/actions/plane-responses.test.ts',
      'test/proof/proof.test.ts',
      'test/process/store/killed.test.ts',
    ],
    scripts: ['prove:actions'],
  },
  {
    row: 'P6',
    what: 'a lost answer is UNKNOWN, with what up to three reads showed; the same key gives the same answer and sends nothing',
    files: [
      'test/gateway/actions/lost-responses.test.ts',
      'test/gateway/actions/idempotency.test.ts',
      'test/upstream/delivery-classification.test.ts',
      'test/proof/proof.test.ts',
    ],
    scripts: ['prove:actions', 'matrix'],
  },
  {
    row: 'P7',
    what: 'a breaker for each source opens at half of 10 or more calls in 10 s, 5 connections in a row, or 3 time-outs in a row of calls that followed one another; for 5 s, then twice as long up to 60 s, less up to a tenth; one call is tried, two successes close it; 4xx but 408 and 429 without Retry-After do not count',
    files: [`${policy}/circuit-breaker.test.ts`, `${policy}/failure-classification.test.ts`, `${faults}/circuit.test.ts`],
  },
  {
    row: 'P8',
    what: 'after an outage of 60 s, 50 times: the first good answer within a second of the end of the window, all answers good 10 s later, one call at a time until then, and at most twice the usual rate for 5 s',
    files: [`${policy}/recovery.test.ts`, `${faults}/recovery.test.ts`],
    but: 'The ten seconds count from the first good answer: the window alone may last a minute.',
  },
  {
    row: 'P9',
    what: 'a source holds 16 reads and 4 actions at a time, 64 more wait half a second; no other source waits for it',
    files: [`${policy}/bulkhead.test.ts`, `${faults}/flood.test.ts`],
    scripts: ['promises:bench'],
    but: 'That the p99 of the neighbour grows by a tenth at most has not been shown: the script prints how much it is.',
  },
  {
    row: 'P10',
    what: 'what the process cannot bear is 503 with Retry-After: a wait of 10 s, of 2 s with 256 operations in flight, 1,024 of them, a heap over 85 %',
    files: ['test/server/guards/overload.test.ts'],
    scripts: ['attacks:bench'],
    but: 'In under 20 ms, and with four fifths of the capacity at five times the load, are figures of the script alone; see SECURITY.md.',
  },
  {
    row: 'P11',
    what: 'a thousand identical reads at once are one call; another credential is another call; who leaves ends no call of others; actions are never shared',
    files: [`${policy}/single-flight.test.ts`, 'test/upstream/action-delivery.test.ts', 'test/gateway/caller-tokens/never-mixed.test.ts'],
  },
  {
    row: 'P12',
    what: 'what was last known stands in for an answer for 300 s, says so, is of the same credential, decides no action, and is not shown after 401 or 403 of the plane itself',
    files: [
      `${faults}/stale-lists.test.ts`,
      `${faults}/lists.test.ts`,
      `${faults}/recovery.test.ts`,
      `${faults}/circuit.test.ts`,
      'test/gateway/caller-tokens/never-mixed.test.ts',
    ],
    but: 'After a 404 to a list it is shown: the contract names 401 and 403 alone. A task that is answered with 404 is gone.',
  },
  {
    row: 'P13',
    what: 'a thousand calls with an expired or refused token are one log-in; tokens are renewed at 80 % of their life, give or take a tenth; after a refused log-in, or one whose token is refused, none for 30 s, and five in 15 minutes at most',
    files: ['test/upstream/token-cache.test.ts', `${faults}/log-in.test.ts`, 'test/sources/vcf/authentication.test.ts'],
  },
  {
    row: 'P14',
    what: 'planes five minutes ahead or behind are as good as others; a wall clock that is set by an hour shortens no token and makes no wait longer; tokens of issuers may be off by 30 s',
    files: [`${faults}/clocks.test.ts`, 'test/cli/monotonic-clock.test.ts', 'test/server/authentication/tokens.test.ts'],
    but: 'Set back, the clock of the gateway goes a tenth slower until the other has caught up. Proven with clocks moved by hand, not by another clock of the whole process.',
  },
  {
    row: 'P15',
    what: 'a name that leads elsewhere is followed within 60 s; a kept connection that is gone costs a read nothing; an action has a connection of its own',
    files: ['test/upstream/dns-change.test.ts', 'test/upstream/connections.test.ts', 'test/upstream/action-delivery.test.ts'],
    but: 'undici measures the 60 s by the wall clock: set back, it is followed as much later.',
  },
  {
    row: 'P16',
    what: 'certificates are checked, with a bundle for each source; of another host, expired, of an unknown authority and TLS below 1.2 are refused; a process that is told to check none does not serve',
    files: ['test/upstream/tls.test.ts', 'test/upstream/old-tls.test.ts', 'test/cli/serve.test.ts'],
  },
  {
    row: 'P17',
    what: 'an answer of a plane is 64 MB, 256 levels, 200,000 tasks and 2,000 pages at most, and is never unpacked; of a million mutated ones none crashes',
    files: [
      'test/fuzz/mappers.test.ts',
      'test/upstream/json-depth.test.ts',
      'test/upstream/content-encoding.test.ts',
      `${faults}/lists.test.ts`,
      'test/sources/vcf/lists/join.test.ts',
    ],
    scripts: ['fuzz', 'matrix'],
    but: 'The goals were 8 MiB, 64 levels and 10,000 items: the contract says 64 MB and 200,000. 256 levels are far from the end of any stack.',
  },
  {
    row: 'P18',
    what: 'no rejection is left unhandled in any test: Jest fails one in which that happens; nor in any cell of the matrix, nor in the soak, where one ends the process',
    files: ['test/faults/sample.test.ts'],
    scripts: ['matrix', 'soak'],
    but: 'Warnings of the process, as of too many listeners, are counted by the soak alone.',
  },
  {
    row: 'P19',
    what: 'of subscriptions that come and go no listener and no timer is left, of a gateway that is closed no socket; keys of actions are kept up to a number',
    files: ['test/gateway/subscriptions/nothing-left.test.ts', 'test/store/memory-bounds.test.ts', 'test/process/closing.test.ts'],
    scripts: ['soak', 'bench:watch'],
    but: 'Eight hours were not run, and 20 minutes cannot tell a megabyte an hour from none. What is remembered is bounded in number, not in bytes.',
  },
  {
    row: 'P20',
    what: 'a signal: what is under way is answered, WebSockets are closed with 1001, the process ends by itself with 0',
    files: ['test/process/serve.test.ts', 'test/process/closing.test.ts', 'test/server/subscriptions/web-socket.test.ts'],
    but: 'A thousand restarts under load behind a proxy were not run.',
  },
  {
    row: 'P21',
    what: 'however many watch, one poller asks; order is kept, what is missed is the newest; who leaves ends it at once; who does not read is cut off',
    files: [
      'test/gateway/subscriptions/polling.test.ts',
      'test/gateway/subscriptions/coalescing-stream.test.ts',
      'test/gateway/subscriptions/task-change.test.ts',
      'test/server/subscriptions/web-socket.test.ts',
    ],
    scripts: ['bench:watch'],
    but: 'A status that goes back at the plane is told as it is.',
  },
  {
    row: 'P22',
    what: 'the 61 audits of graphql-http: no error, no warning',
    files: ['test/conformance/graphql-over-http.test.ts'],
  },
  {
    row: 'P23',
    what: 'no credential is in an answer, an error or the log, in no form',
    files: [
      'test/attacks/credentials.test.ts',
      'test/gateway/actions/secrets.test.ts',
      `${faults}/log.test.ts`,
      'test/faults/sample.test.ts',
    ],
    scripts: ['matrix'],
    but: 'There are no traces and no metrics to look at.',
  },
  {
    row: 'P24',
    what: 'caller by source by action by path is as the policy says, and no field is without a decision',
    files: [
      'test/gateway/access/reading.test.ts',
      'test/gateway/access/acting.test.ts',
      'test/gateway/access/root-fields.test.ts',
      'test/gateway/access/changes.test.ts',
    ],
  },
  {
    row: 'P25',
    what: '429 and 503 carry Retry-After, codes are a closed list, and retryAfterMs is true when it is told',
    files: [
      'test/server/guards/operation-rate.test.ts',
      'test/server/guards/overload.test.ts',
      `${faults}/retry-after.test.ts`,
      'test/documents/names.test.ts',
    ],
  },
  {
    row: 'P26',
    what: 'no call is made twice to have the faster answer: an attempt begins when the one before is over',
    files: [`${policy}/deadline.test.ts`],
  },
];
