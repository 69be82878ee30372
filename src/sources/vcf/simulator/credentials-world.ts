import type { Random } from '../../simulation/random.js';
import type { Site } from './blueprint.js';
import type { TaskPace } from './pace.js';
import { abandon, isDone, listCredentialsSteps, reset, runSteps, type VirtualScheduler } from './steps.js';
import type { SimulatedActionResult } from './task-world.js';
import { canonicalStatus, filterObjects, formatInstant, spellStatus, toText, type WireObject } from './wire-format.js';

/** At most this many tasks that started after the simulation are kept. */
const maxLiveCredentialsTasks = 15;

/** A credentials task of the simulated plane. */
export interface CredentialsRecord {
  /** As the credentials list sends it. */
  readonly json: WireObject;
  /**
   * Fields of the ordinary task of the same id that are not derived from `json`; null: it is only in the credentials
   * list.
   */
  readonly ordinary: WireObject | null;
  phase: 'resting' | 'waiting' | 'running' | 'retrying' | 'cancelling';
  /** Scheduled changes of an earlier generation are ignored. */
  generation: number;
}

/** The password of one account in a retry. */
export interface NewPassword {
  readonly resourceName: string;
  readonly username: string;
  readonly password: string;
}

/** The credentials tasks of a site. */
export class SimulatedCredentialsTasks {
  readonly #scheduler: VirtualScheduler;
  readonly #random: Random;
  readonly #pace: TaskPace;
  readonly #records = new Map<string, CredentialsRecord>();
  /** Tasks that started after the simulation, oldest first. */
  #liveIds: readonly string[] = [];

  constructor(scheduler: VirtualScheduler, random: Random, pace: TaskPace) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#pace = pace;
  }

  /** In the order in which they were added. */
  all(): CredentialsRecord[] {
    return [...this.#records.values()];
  }

  get(id: string): CredentialsRecord | undefined {
    return this.#records.get(id);
  }

  add(id: string, json: WireObject, ordinary: WireObject | null): void {
    this.remove(id);
    this.#records.set(id, { json, ordinary, phase: 'resting', generation: 0 });
  }

  /** Changes fields of a task. A new status cancels its scheduled changes. */
  set(id: string, fields: WireObject): void {
    const record = this.#records.get(id);
    if (record === undefined) throw new Error('There is no such credentials task to change.');
    Object.assign(record.json, fields);
    if ('status' in fields) this.#interrupt(record, 'resting');
  }

  remove(id: string): void {
    const record = this.#records.get(id);
    if (record !== undefined) record.generation++;
    this.#records.delete(id);
  }

  clear(): void {
    for (const id of this.#records.keys()) this.remove(id);
  }

  /** Starts a task after a delay in milliseconds, at the first unfinished subtask. */
  start(id: string, delayMs: number): void {
    const record = this.#records.get(id);
    if (record !== undefined) this.#schedule(record, 'waiting', delayMs, () => this.#run(record));
  }

  /** Keeps starting new tasks at random intervals; `next` creates them. */
  keepBusy(next: () => WireObject & { readonly id: string }): void {
    this.#scheduler.after(this.#pace.chooseCredentialsInterval(this.#random), () => {
      const json = next();
      this.add(json.id, json, {});
      this.start(json.id, this.#randomShortDelay());
      this.#liveIds = [...this.#liveIds.filter((id) => this.#records.has(id)), json.id];
      this.#forgetOldest();
      this.keepBusy(next);
    });
  }

  /**
   * Retries a failed task. Its status changes after a few seconds; its subtasks contain the passwords, as at the real
   * plane.
   */
  retry(id: string, passwords: readonly NewPassword[]): SimulatedActionResult {
    const refusal = this.#refusal(id);
    const record = this.#records.get(id);
    if (refusal !== null || record === undefined) return refusal ?? 'not-found';
    this.#schedule(record, 'retrying', this.#randomShortDelay(), () => {
      for (const step of listCredentialsSteps(record.json)) {
        if (isDone(step.node)) continue;
        reset(step, this.#scheduler.now);
        const set = passwords.find(({ resourceName, username }) => changesPasswordOf(step.node, resourceName, username));
        if (set !== undefined) step.node['newPassword'] = set.password;
      }
      record.json['errors'] = [];
      delete record.json['completionTimestamp'];
      this.#run(record);
    });
    return 'accepted';
  }

  /** Cancels a failed task: it becomes USER_CANCELLED after a few seconds. */
  cancel(id: string): SimulatedActionResult {
    const refusal = this.#refusal(id);
    const record = this.#records.get(id);
    if (refusal !== null || record === undefined) return refusal ?? 'not-found';
    this.#schedule(record, 'cancelling', this.#randomShortDelay(), () => {
      for (const step of listCredentialsSteps(record.json)) abandon(step, 'USER_CANCELLED', this.#scheduler.now);
      this.#end(record, 'USER_CANCELLED');
    });
    return 'accepted';
  }

  #forgetOldest(): void {
    const finished = this.#liveIds.filter((id) => this.#records.get(id)?.phase === 'resting');
    for (const id of finished.slice(0, Math.max(0, this.#liveIds.length - maxLiveCredentialsTasks))) this.remove(id);
  }

  #refusal(id: string): SimulatedActionResult | null {
    const record = this.#records.get(id);
    if (record === undefined) return 'not-found';
    const status = canonicalStatus(record.json['status']);
    if (status !== 'FAILED' && status !== 'INCONSISTENT') return 'wrong-status';
    return record.phase === 'resting' ? null : 'refused';
  }

  #run(record: CredentialsRecord): void {
    const generation = this.#interrupt(record, 'running');
    record.json['status'] = 'IN_PROGRESS';
    runSteps({
      scheduler: this.#scheduler,
      steps: listCredentialsSteps(record.json).filter(({ node }) => !isDone(node)),
      durationMs: this.#pace.chooseCredentialsDuration(this.#random),
      failure: null,
      isStillCurrent: () => record.generation === generation,
      done: (result) => this.#end(record, result),
    });
  }

  #end(record: CredentialsRecord, status: string): void {
    this.#interrupt(record, 'resting');
    record.json['status'] = status;
    record.json['completionTimestamp'] = formatInstant(this.#scheduler.now);
  }

  #schedule(record: CredentialsRecord, phase: CredentialsRecord['phase'], delayMs: number, run: () => void): void {
    const generation = this.#interrupt(record, phase);
    this.#scheduler.after(delayMs, () => {
      if (record.generation === generation) run();
    });
  }

  #interrupt(record: CredentialsRecord, phase: CredentialsRecord['phase']): number {
    record.phase = phase;
    return ++record.generation;
  }

  #randomShortDelay(): number {
    return this.#random.between(2_000, 5_000);
  }
}

function changesPasswordOf(subtask: WireObject, resourceName: string, username: string): boolean {
  return subtask['resourceName'] === resourceName && subtask['username'] === username;
}

/** Ordinary tasks do not have these two statuses. */
const ordinaryStatuses = new Map([
  ['USER_CANCELLED', 'CANCELLED'],
  ['INCONSISTENT', 'FAILED'],
]);

/** Composed like the one documented example ("Credentials rotate operation"). */
const nameByOperation = new Map([
  ['ROTATE', 'Credentials rotate operation'],
  ['UPDATE', 'Credentials update operation'],
  ['REMEDIATE', 'Credentials remediate operation'],
  ['UPDATE_AUTO_ROTATE_POLICY', 'Credentials auto rotate policy operation'],
]);

/** A credentials task as /v1/tasks sends it, with the same id and without passwords. */
export function toOrdinaryTask({ json, ordinary }: CredentialsRecord, site: Site): WireObject {
  const subtasks = listCredentialsSteps(json).map(({ node }) => node);
  const operation = toText(json['type']);
  const machines = new Map(subtasks.map((node) => [toText(node['resourceName']), toText(node['entityType'])]));
  return {
    id: json['id'],
    name: nameByOperation.get(operation) ?? json['name'],
    type: `CREDENTIALS_${operation}`,
    status: spellStatus(toOrdinaryStatus(json['status']), 'title'),
    creationTimestamp: json['creationTimestamp'],
    completionTimestamp: json['completionTimestamp'],
    subTasks: subtasks.map(toOrdinarySubtask),
    errors: json['errors'] ?? [],
    resources: [...machines].map(([fqdn, type]) => ({ resourceId: site.resourceId(fqdn), type, fqdn, name: fqdn })),
    resolutionStatus: 'UNRESOLVED',
    isCancellable: false,
    isRetryable: false,
    ...ordinary,
  };
}

function toOrdinarySubtask(node: WireObject): WireObject {
  return {
    name: `${toText(node['resourceName'])}:${toText(node['credentialType'])}`,
    description: node['description'],
    status: toOrdinaryStatus(node['status']),
    creationTimestamp: node['creationTimestamp'],
    completionTimestamp: node['completionTimestamp'],
    errors: filterObjects(node['errors']),
  };
}

function toOrdinaryStatus(status: unknown): string {
  const canonical = canonicalStatus(status);
  return ordinaryStatuses.get(canonical) ?? canonical;
}
