import { expect } from '@jest/globals';

import type { Json } from '../support/post.js';

const lifecycle = `
  __typename name description operation status sourceStatus isFinished isSuccessful
  createdAt startedAt finishedAt durationMs
  progress { percent basis completedSteps totalSteps }
  failures { code message causes { message } }
`;

/** What the contract of a task speaks of. */
export const contractFields = `
  id ${lifecycle}
  source { name kind capabilities { list retry cancel subtasks progress } }
  sourceTaskId updatedAt changedAt observedAt nextPollAfterMs
  resources { id sourceResourceId source { name } }
  warnings { __typename ... on TaskWarningFields { message } }
  rootCause { message }
  parent { id }
  subtasks(first: 200) { totalCount countsByStatus { status count } nodes { __typename ... on TaskLifecycle { ${lifecycle} } } }
  retry { isAllowed blockers { code message } effect }
  cancel { isAllowed blockers { code message } effect }
  raw
`;

const finished: Readonly<Record<string, boolean>> = {
  SUCCEEDED: true,
  SUCCEEDED_WITH_WARNINGS: true,
  SKIPPED: true,
  FAILED: false,
  CANCELLED: false,
  TIMED_OUT: false,
};

/** What holds for work of every plane, at every level. */
function expectLifecycle(work: Json, now: number): void {
  expect(work.name).toEqual(expect.stringMatching(/\S/));
  expect(work.isFinished).toBe(work.status in finished);
  expect(work.isSuccessful).toBe(finished[work.status] ?? null);
  if (!work.isFinished) expect(work.finishedAt).toBeNull();
  if (work.status !== 'FAILED' && work.status !== 'TIMED_OUT') expect(work.failures).toEqual([]);
  for (const { message } of work.failures) expect(message).toEqual(expect.stringMatching(/\S/));
  for (const time of [work.createdAt, work.startedAt, work.finishedAt]) if (time !== null) expectPast(time, now);
  if (work.status === 'PENDING' || work.status === 'QUEUED') expect(work.durationMs).toBeNull();
  if (work.durationMs !== null) expect(work.durationMs).toBeGreaterThanOrEqual(0);
  if (work.progress !== null) expectProgress(work.progress, work.status);
}

function expectProgress(progress: Json, status: string): void {
  expect(progress.percent).toBeGreaterThanOrEqual(0);
  expect(progress.percent).toBeLessThanOrEqual(status in finished ? 100 : 99.9);
  expect(String(progress.percent)).toMatch(/^\d+(?:\.\d)?$/);
  expect(['REPORTED', 'DERIVED_FROM_SUBTASKS']).toContain(progress.basis);
  if (status === 'SUCCEEDED' && progress.basis === 'REPORTED') expect(progress.percent).toBe(100);
}

/** RFC 3339 in UTC, and not in the future: the planes of the tests share one clock. */
function expectPast(time: string, now: number): void {
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Date.parse(time)).toBeLessThanOrEqual(now);
}

/** What holds for a task of every plane. */
export function expectTaskContract(task: Json, sourceName: string, now: number): void {
  expectLifecycle(task, now);
  expect(task.id).toBe(`${sourceName}:${task.sourceTaskId}`);
  expect(task.source.name).toBe(sourceName);
  for (const time of [task.changedAt, task.observedAt]) expectPast(time, now);
  expect(Date.parse(task.changedAt)).toBeLessThanOrEqual(Date.parse(task.observedAt));
  if (task.isFinished) expect(task.nextPollAfterMs).toBeNull();
  else expect(task.nextPollAfterMs).toBeGreaterThan(0);
  if (task.failures.length > 0) expect(task.rootCause).not.toBeNull();
  if (task.status === 'SUCCEEDED_WITH_WARNINGS') expect(task.warnings).not.toEqual([]);
  if (task.status === 'UNKNOWN') expect(task.warnings).toContainEqual(expect.objectContaining({ __typename: 'UnmappedStatusWarning' }));
  for (const { message } of task.warnings) expect(message).toEqual(expect.stringMatching(/\S/));
  for (const resource of task.resources) {
    expect(resource).toMatchObject({ id: `resource:${sourceName}:${resource.sourceResourceId}`, source: { name: sourceName } });
  }
  expect(JSON.stringify(task)).not.toMatch(/canary/i);
  expectCapabilities(task);
  for (const part of task.subtasks.nodes) expectLifecycle(part, now);
  const counted = task.subtasks.countsByStatus.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
  expect(counted).toBe(task.subtasks.totalCount);
}

/** What a task shows agrees with what its source says it can do at all. */
function expectCapabilities({ source: { capabilities }, retry, cancel, subtasks, progress, status }: Json): void {
  if (!capabilities.subtasks) expect(subtasks.totalCount).toBe(0);
  if (!capabilities.progress) expect(progress).toBeNull();
  for (const [can, availability] of [
    [capabilities.retry, retry],
    [capabilities.cancel, cancel],
  ]) {
    const codes: string[] = availability.blockers.map(({ code }: { code: string }) => code);
    expect(availability.isAllowed).toBe(codes.length === 0);
    expect(codes.includes('NOT_SUPPORTED_BY_SOURCE') || codes.includes('DISABLED_BY_OPERATOR')).toBe(!can);
    expect(availability.effect === null).toBe(codes.includes('NOT_SUPPORTED_BY_SOURCE'));
    for (const { message } of availability.blockers) expect(message).toMatch(/\.$/);
    if (status === 'UNKNOWN') expect(codes).toContain('WRONG_STATUS');
  }
}
