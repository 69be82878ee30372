import { malformedData, unmappedStatus } from '../../../src/task/model/gateway-warnings.js';
import { taskIdOf } from '../../../src/task/model/id.js';
import { rootCauseOf } from '../../../src/task/model/root-cause.js';
import { lifeOf } from '../../../src/task/model/status.js';
import type { Translated } from '../../../src/task/model/translated.js';
import { statusOf } from './status.js';
import type { BrewTask } from './types/task.js';
import type { BrewWarning } from './types/warning.js';
import type { BrewItem } from './wire.js';

/** What a brew is in the gateway's words. Pure; it never throws. */
export function translate(sourceName: string, { brew, oddFields, payload }: BrewItem): Translated<BrewTask> {
  const sourceStatus = brew.state ?? null;
  const status = statusOf(sourceStatus);
  const failures = (status === 'FAILED' ? [brew.error || 'It spilled.'] : []).map((message) => ({
    code: null,
    message,
    remediation: null,
    remediationUrl: null,
    referenceToken: null,
    subtaskPath: [],
    causes: [],
  }));
  const warnings: BrewWarning[] = !brew.warning ? [] : [{ __typename: 'BrewWarning', code: null, message: brew.warning, part: 'boiler' }];
  return {
    __typename: 'BrewTask',
    id: taskIdOf(sourceName, brew.id),
    sourceName,
    sourceTaskId: brew.id,
    name: `Brew ${brew.id}`,
    description: null,
    operation: 'brew',
    status,
    sourceStatus,
    ...lifeOf(status),
    createdAt: null,
    startedAt: null,
    finishedAt: null,
    updatedAt: null,
    progress: null,
    failures,
    rootCause: rootCauseOf(failures),
    resources: [],
    warnings: [...warnings, ...(status === 'UNKNOWN' ? [unmappedStatus(sourceStatus)] : []), ...malformedData(oddFields)],
    parentTaskId: null,
    parts: [],
    position: null,
    payload,
    beans: brew.beans ?? null,
  };
}
