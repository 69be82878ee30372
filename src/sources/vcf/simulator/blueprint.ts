import { Random } from '../../simulation/random.js';
import {
  type ErrorJson,
  formatInstant,
  referenceToken,
  type ResourceJson,
  type StageJson,
  type SubTaskJson,
  type TaskJson,
} from './wire-format.js';

/** A kind of task of SDDC Manager. */
export interface Blueprint {
  /** As in the task's `type`: resource and operation. */
  readonly type: string;
  /** How long it usually takes at a real site, in minutes. */
  readonly minutes: number;
  /** Builds its steps for one site. */
  plan(site: Site, random: Random): BlueprintPlan;
  /** How it fails. */
  readonly failure: FailureBlueprint;
}

interface BlueprintPlan {
  readonly name: string;
  /** A longer sentence, for localizableDescriptionPack. */
  readonly description: string;
  readonly resources: readonly ResourceJson[];
  readonly steps: readonly StepBlueprint[];
}

interface StepBlueprint {
  readonly name: string;
  readonly description: string;
  readonly stages?: readonly string[];
  readonly steps?: readonly StepBlueprint[];
  readonly resources?: readonly ResourceJson[];
  readonly documentationLink?: { readonly url: string; readonly label: string };
}

/** The error of the task, and the nested error that explains it. */
export interface FailureBlueprint {
  readonly errorCode: string;
  readonly message: string;
  readonly remediation: string;
  readonly because: { readonly errorCode: string; readonly message: string; readonly cause: string };
}

/** A task that has not started, created at an instant (milliseconds since 1970). */
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
    creationTimestamp: formatInstant(createdAt),
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
  // Observed in a live 9.0: pending work has a completion time, equal to its creation time.
  const times = { creationTimestamp: formatInstant(createdAt), completionTimestamp: formatInstant(createdAt) };
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

/** The inventory of one SDDC Manager. */
export interface Site {
  /** A short code such as `sfo`, the prefix of every name. */
  readonly code: string;
  readonly sddcManager: ResourceJson;
  readonly hosts: readonly ResourceJson[];
  readonly clusters: readonly ResourceJson[];
  readonly domains: readonly ResourceJson[];
  readonly vCenters: readonly ResourceJson[];
  readonly nsxManagers: readonly ResourceJson[];
  /** The id of a resource by its name, always the same at one site. */
  resourceId(name: string): string;
  /** The id of a task in the sample operations: the same with every seed. */
  taskId(label: string): string;
}

const defaultSiteCodes = ['ams', 'dub', 'fra', 'lax', 'lon', 'nyc', 'sfo', 'sin', 'syd', 'tok'];
const smallSite = ['m01', 'w01', 'w02'];
const largeSite = [...smallSite, 'w03', 'w04', 'w05', 'w06', 'w07', 'w08'];

/**
 * Builds a site from a seed and the name of its source; the part after the last hyphen, if it is short, is its code. A
 * large one has three times as many domains, so that names of tasks rarely repeat.
 */
export function buildSite(seed: number, name: string, isLarge = false): Site {
  const workloads = isLarge ? largeSite : smallSite;
  const suffix = name.split('-').at(-1) ?? '';
  const code = /^[a-z]{2,5}$/.test(suffix) ? suffix : Random.named(seed, name).pick(defaultSiteCodes);
  const idOf = (resource: string): string => Random.named(seed, `${name}/${resource}`).uuid();
  const taskIdOf = (label: string): string => Random.named(0, `${name}/task/${label}`).uuid();
  const named = (type: string, label: string): ResourceJson => ({ resourceId: idOf(label), type, name: label });
  const machine = (type: string, label: string): ResourceJson => {
    const fqdn = `${label}.${code}.cloud.example`;
    return { resourceId: idOf(fqdn), type, fqdn, name: fqdn };
  };
  return {
    code,
    resourceId: idOf,
    taskId: taskIdOf,
    sddcManager: machine('SDDC_MANAGER', `${code}-vcf01`),
    // Title case, as live tasks have it (a client compares them exactly: terraform-provider-vcf, resource_host.go).
    hosts: workloads.flatMap((workload) => ['01', '02', '03', '04'].map((place) => machine('Esxi', `${code}01-${workload}-esx${place}`))),
    clusters: workloads.map((workload) => named('Cluster', `${code}-${workload}-cl01`)),
    domains: workloads.map((workload) => named('Domain', `${code}-${workload}`)),
    vCenters: workloads.map((workload) => machine('VCENTER', `${code}-${workload}-vc01`)),
    nsxManagers: workloads.map((workload) => machine('NSXT_MANAGER', `${code}-${workload}-nsx01`)),
  };
}
