import type { Random } from '../../../simulation/random.js';
import { buildCredentialsTask, type PasswordChange } from './build-credentials-task.js';
import type { Site } from './site.js';
import type { CredentialsTaskJson, ResourceJson } from './wire-json.js';

/** A credentials task of the start. */
export interface SeedCredentialsTask {
  readonly json: CredentialsTaskJson;
  /** `credentials`: it is not in /v1/tasks. */
  readonly listedIn: 'both' | 'credentials';
  /** Milliseconds until it goes on by itself; null: it does not. */
  readonly startsInMs: number | null;
}

/** The credentials tasks of a site when the simulation begins: every operation and every status. `now` in milliseconds since 1970. */
export function seedCredentials(site: Site, random: Random, now: number): SeedCredentialsTask[] {
  const [first, second, third] = site.hosts;
  const [nsx, otherNsx] = site.nsxManagers;
  const vCenter = random.pick(site.vCenters);
  const change = (
    machine: ResourceJson | undefined,
    status: string,
    account = 'root:SSH',
    dependents: PasswordChange[] = [],
  ): PasswordChange => ({
    machine: machine ?? site.sddcManager,
    status,
    account,
    dependents,
  });
  const seed = (type: string, status: string, minutesAgo: number, changes: PasswordChange[]): SeedCredentialsTask => ({
    json: buildCredentialsTask({ type, status, changes }, random, now - minutesAgo * 60_000),
    listedIn: 'both',
    startsInMs: null,
  });
  /** Sample operations may name it: it has the same id with every seed. */
  const labelled = (label: string, task: SeedCredentialsTask): SeedCredentialsTask => ({
    ...task,
    json: { ...task.json, id: site.taskIdOf(label) },
  });
  const ofPolicy = seed('ROTATE', 'SUCCESSFUL', 125, [
    change(first, 'SUCCESSFUL'),
    change(second, 'SUCCESSFUL'),
    change(third, 'SUCCESSFUL'),
  ]);
  return [
    { ...ofPolicy, json: { ...ofPolicy.json, isAutoRotate: true } },
    labelled('failed-rotation', seed('ROTATE', 'FAILED', 48, [change(first, 'SUCCESSFUL'), change(second, 'FAILED')])),
    labelled(
      'failed-update',
      seed('UPDATE', 'FAILED', 64, [
        change(vCenter, 'FAILED', 'administrator@vsphere.local:SSO', [change(undefined, 'PENDING', 'svc-vcenter:API')]),
      ]),
    ),
    seed('REMEDIATE', 'SUCCESSFUL', 410, [change(nsx, 'SUCCESSFUL', 'admin:API')]),
    seed('UPDATE_AUTO_ROTATE_POLICY', 'SUCCESSFUL', 700, [change(vCenter, 'SUCCESSFUL')]),
    seed('UPDATE', 'USER_CANCELLED', 1600, [change(third, 'USER_CANCELLED')]),
    labelled('inconsistent-remediation', {
      ...seed('REMEDIATE', 'INCONSISTENT', 83, [change(otherNsx, 'INCONSISTENT', 'admin:API')]),
      listedIn: 'credentials',
    }),
    { ...seed('ROTATE', 'IN_PROGRESS', 1, [change(third, 'PENDING'), change(vCenter, 'PENDING')]), startsInMs: 1 },
    { ...seed('ROTATE', 'PENDING', 1, [change(first, 'PENDING')]), startsInMs: random.between(20_000, 60_000) },
  ];
}
