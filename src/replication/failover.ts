/**
 * Another process leads within this time after a leader has died, hangs or is cut off, in milliseconds. The promise of
 * docs/replicas.md; everything below is derived from it.
 */
export const failoverMs = 10_000;

/**
 * How often a process renews its interest and campaigns for leadership, in milliseconds, with a quarter of jitter. Each
 * renewal also keeps its session from timing out.
 */
export const heartbeatMs = failoverMs / 5;

/**
 * PostgreSQL ends the session of a leader this long after its last sign of life, in milliseconds: three heartbeats, so
 * that a late one costs nothing. Another process then leads with its next heartbeat, which leaves it the rest of
 * `failoverMs` to read the list: 10 s - 6 s - 1.25 × 2 s = 1.5 s.
 */
export const sessionTimeoutMs = 3 * heartbeatMs;

/**
 * The same time as TCP keepalive, for a leader whose machine is gone, in the whole seconds that PostgreSQL takes: half
 * of it until the first probe, and the rest for probes one second apart.
 */
export const keepaliveSeconds = {
  idle: sessionTimeoutMs / 2_000,
  interval: 1,
  count: sessionTimeoutMs / 2_000,
};
