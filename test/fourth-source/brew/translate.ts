import { malformedData, unmappedStatus } from '../../../src/task/model/gateway-warnings.js';
import { taskIdOf } from '../../../src/task/model/id.js';
import { rootCauseOf } from '../../../src/task/model/root-cause.js';
import { lifeOf, type TaskStatus } from '../../../src/task/model/status.js';
import type { Translated } from '../../../src/task/model/translated.js';
import type { ReadItem } from '../../../src/task/source/read-item.js';
import type { WireBrew } from './simulator.js';
import type { BrewTask, BrewWarning } from './types.js';

const statuses: Readonly<Partial<Record<string, TaskStatus>>> = {
  waiting: 'PENDING',
  brewing: 'RUNNING',
  done: 'SUCCEEDED',
  spilled: 'FAILED',
};

export function translate(sourceName: string, { item: brew, oddFields }: ReadItem<WireBrew>): Translated<BrewTask> {
  const status = statuses[brew.state] ?? 'UNKNOWN';
  const failures = (status === 'FAILED' ? [brew.error ?? 'It spilled.'] : []).map((message) => ({
    code: null,
    message,
    remediation: null,
    remediationUrl: null,
    referenceToken: null,
    subtaskPath: [],
    causes: [],
  }));
  const warnings: BrewWarning[] =
    brew.warning === undefined ? [] : [{ __typename: 'BrewWarning', code: null, message: brew.warning, part: 'boiler' }];
  return {
    __typename: 'BrewTask',
    id: taskIdOf(sourceName, brew.id),
    sourceName,
    sourceTaskId: brew.id,
    name: `Brew ${brew.id}`,
    description: null,
    operation: 'brew',
    status,
    sourceStatus: brew.state,
    ...lifeOf(status),
    createdAt: null,
    startedAt: null,
    finishedAt: null,
    updatedAt: null,
    progress: null,
    failures,
    rootCause: rootCauseOf(failures),
    resources: [],
    warnings: [...warnings, ...(status === 'UNKNOWN' ? [unmappedStatus(brew.state)] : []), ...malformedData(oddFields)],
    parentTaskId: null,
    parts: [],
    position: null,
    payload: { ...brew },
    beans: brew.beans ?? null,
  };
}
