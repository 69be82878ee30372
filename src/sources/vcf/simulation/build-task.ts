import type { Random } from '../../../simulation/random.js';
import type { Blueprint, FailureBlueprint, StepBlueprint } from './blueprint.js';
import { instantText } from './instant-text.js';
import { referenceToken } from './reference-token.js';
import type { Site } from './site.js';
import type { ErrorJson, StageJson, SubTaskJson, TaskJson } from './wire-json.js';

/** A task that has not begun, created at an instant (milliseconds since 1970). */
export function buildTask(blueprint: Blueprint, site: Site, random: Random, createdAt: number): TaskJson {
  const { name, description, resources, steps } = blueprint.plan(site, random);
  return {
    id: random.uuid(),
    name,
    localizableDescriptionPack: {
      component: 'orchestrator',
      messageKey: `${blueprint.type}_DESCRIPTION`,
      arguments: resources.map((resource) => resource.fqdn ?? resource.name ?? resource.resourceId),
      message: description,
    },
    type: blueprint.type,
    status: 'PENDING',
    creationTimestamp: instantText(createdAt),
    subTasks: steps.map((step) => buildSubTask(step, createdAt)),
    errors: [],
    resources: resources.map((resource) => ({ ...resource })),
    resolutionStatus: 'UNRESOLVED',
    isCancellable: false,
    isRetryable: false,
  };
}

/** The error of the task, with the error of its step nested in it. */
export function buildErrors(failure: FailureBlueprint, subject: string, random: Random): { task: ErrorJson; step: ErrorJson } {
  const token = referenceToken(random);
  const step: ErrorJson = {
    errorCode: failure.because.errorCode,
    errorType: 'ERROR',
    arguments: [subject],
    context: { resource: subject },
    message: failure.because.message.replaceAll('{}', subject),
    causes: [{ type: 'ServiceException', message: failure.because.cause.replaceAll('{}', subject) }],
    referenceToken: token,
  };
  const task: ErrorJson = {
    errorCode: failure.errorCode,
    errorType: 'ERROR',
    arguments: [subject],
    message: failure.message.replaceAll('{}', subject),
    remediationMessage: failure.remediation.replaceAll('{}', subject),
    causes: [],
    nestedErrors: [step],
    referenceToken: token,
  };
  return { task, step };
}

function buildSubTask(step: StepBlueprint, createdAt: number): SubTaskJson {
  // Seen in a live 9.0: what is still pending has a completion time, equal to the creation time.
  const times = { creationTimestamp: instantText(createdAt), completionTimestamp: instantText(createdAt) };
  const stage = (name: string): StageJson => ({ name, type: 'ACTION', description: name, status: 'PENDING', ...times });
  return {
    name: step.name,
    description: step.description,
    status: 'PENDING',
    ...times,
    ...(step.stages === undefined ? {} : { stages: step.stages.map(stage) }),
    ...(step.resources === undefined ? {} : { resources: step.resources.map((resource) => ({ ...resource })) }),
    ...(step.steps === undefined ? {} : { subTasks: step.steps.map((below) => buildSubTask(below, createdAt)) }),
    ...(step.documentationLink === undefined ? {} : { documentationLink: { ...step.documentationLink } }),
  };
}
