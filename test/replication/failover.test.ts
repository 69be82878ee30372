import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

import { failoverMs, heartbeatMs, keepaliveSeconds, sessionTimeoutMs } from '../../src/replication/failover.js';

test('a leader loses its session early enough for the next heartbeat of another process to be in time', () => {
  const longestHeartbeatMs = 1.25 * heartbeatMs;
  expect(sessionTimeoutMs + longestHeartbeatMs).toBeLessThan(failoverMs);
  expect(longestHeartbeatMs).toBeLessThan(sessionTimeoutMs / 2);
});

test('the keepalive probes end a session as early as its idle time-out does, in whole seconds', () => {
  const { idle, interval, count } = keepaliveSeconds;
  expect((idle + interval * count) * 1_000).toBe(sessionTimeoutMs);
  expect([idle, interval, count].every(Number.isInteger)).toBe(true);
});

test('the documentation promises the same times', () => {
  const text = readFileSync('docs/replicas.md', 'utf8').replaceAll(/\s+/g, ' ');
  expect(text).toContain(`takes over within ${failoverMs / 1_000} seconds`);
  expect(text).toContain(`after ${sessionTimeoutMs / 1_000} seconds; the others try to take the lock every ${heartbeatMs / 1_000} seconds`);
  expect(text).toContain(`derived from the ${failoverMs / 1_000} seconds`);
});
