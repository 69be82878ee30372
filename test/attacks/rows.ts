/** A row of the attack table that no test has in its name, and where it is proven, or why there is nothing to prove. */
export interface OtherRow {
  readonly row: string;
  readonly what: string;
  /** Files that prove it; none where it does not apply. */
  readonly files: readonly string[];
  readonly why?: string;
}

/** Together with the names of tests: every row from A1 to A50. */
export const otherRows: readonly OtherRow[] = [
  {
    row: 'A16',
    what: 'slow headers, bodies and readers; idle connections',
    files: ['test/server/limits/sockets.test.ts', 'scripts/attacks-bench.mjs'],
  },
  { row: 'A22', what: 'forged ids', files: ['test/gateway/reading/hostile-ids.test.ts', 'test/gateway/reading/nodes.test.ts'] },
  {
    row: 'A28',
    what: "a caller's own credential at a plane",
    files: ['test/attacks/values.test.ts', 'test/server/authentication/keys.test.ts'],
  },
  {
    row: 'A29',
    what: 'results shared across callers',
    files: ['test/server/live/shared-results.test.ts', 'test/upstream/policy/single-flight.test.ts'],
  },
  { row: 'A34', what: 'a credential that ends during a subscription', files: ['test/server/authentication/web-socket.test.ts'] },
  { row: 'A35', what: 'forged tokens', files: ['test/server/authentication/tokens.test.ts'] },
  { row: 'A36', what: 'a flood of unknown keys of tokens', files: ['test/server/authentication/key-set.test.ts'] },
  { row: 'A37', what: 'an issuer that is down', files: ['test/server/authentication/key-set.test.ts'] },
  { row: 'A38', what: 'guessed keys', files: ['test/server/authentication/keys.test.ts', 'scripts/attacks-bench.mjs'] },
  {
    row: 'A46',
    what: 'labels of metrics',
    files: [],
    why: 'The gateway serves no metrics; test/attacks/health.test.ts shows that there is no such route.',
  },
  {
    row: 'A50',
    what: 'false addresses',
    files: ['test/server/authentication/untrusted-proxy.test.ts', 'test/server/authentication/client-address.test.ts'],
  },
];
