/** A kind of operation: its task and its child tasks, in order. */
export interface OperationKind extends OperationStep {
  readonly description: string;
  /** How long it usually takes at a real account, in minutes. */
  readonly minutes: number;
  /** Collection of the resource that it creates or works on, below an application. */
  readonly collection: string;
  readonly service: string;
  readonly children: readonly OperationStep[];
  /** The detail of its state when it fails. */
  readonly failure: StateDetail;
}

export interface OperationStep {
  readonly name: string;
  readonly summary: string;
}

/** A detail of a state, as the plane sends it. */
interface StateDetail {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly additionalDetails?: Readonly<Record<string, unknown>>;
}

export const appBackup: OperationKind = {
  name: 'astra.backup',
  summary: 'Backup',
  description: 'Takes a backup of an application',
  minutes: 16,
  collection: 'appBackups',
  service: 'nautilus',
  children: [
    { name: 'astra.backup.prep', summary: 'Backup preparation' },
    { name: 'astra.backup.copy', summary: 'Copy of volumes to the bucket' },
    { name: 'astra.backup.finish', summary: 'Backup completion' },
  ],
  failure: problemDetail(94, 'Backup not created', 'The bucket did not take the data of one volume.'),
};

export const snapshot: OperationKind = {
  name: 'astra.snapshot',
  summary: 'Snapshot',
  description: 'Takes a snapshot of an application',
  minutes: 2,
  collection: 'appSnaps',
  service: 'nautilus',
  children: [
    { name: 'astra.snapshot.hooks.pre', summary: 'Execution hooks before the snapshot' },
    { name: 'astra.snapshot.volumes', summary: 'Snapshots of volumes' },
    { name: 'astra.snapshot.hooks.post', summary: 'Execution hooks after the snapshot' },
  ],
  failure: problemDetail(98, 'Snapshot not created', 'An execution hook ended with an error before the snapshot.'),
};

export const clone: OperationKind = {
  name: 'astra.clone',
  summary: 'Clone',
  description: 'Clones an application into another namespace',
  minutes: 24,
  collection: 'appClones',
  service: 'composite-compute',
  children: [
    { name: 'astra.clone.snapshot', summary: 'Snapshot of the origin' },
    { name: 'astra.clone.restore', summary: 'Restore into the destination' },
  ],
  failure: problemDetail(34, 'Internal server error', 'The destination namespace could not be made.'),
};

export const restore: OperationKind = {
  name: 'astra.restore',
  summary: 'Restore',
  description: 'Restores an application from a backup',
  minutes: 19,
  collection: 'appBackups',
  service: 'nautilus',
  children: [
    { name: 'astra.restore.prep', summary: 'Restore preparation' },
    { name: 'astra.restore.volumes', summary: 'Restore of volumes' },
    { name: 'astra.restore.resources', summary: 'Restore of resources' },
  ],
  failure: problemDetail(95, 'Backup not retrieved', 'The backup could not be read from the bucket.'),
};

/** Started by the plane itself, without children. */
export const discovery: OperationKind = {
  name: 'astra.discovery',
  summary: 'Resource discovery',
  description: 'Looks for applications in a managed cluster',
  minutes: 1,
  collection: 'appAssets',
  service: 'polaris',
  children: [],
  failure: problemDetail(101, 'Resources not listed', 'The cluster did not answer.'),
};

/** The warning of an operation that completes with one. */
export const completionWarning: StateDetail = {
  ...problemDetail(40, 'Communication failed', 'One execution hook did not report its result; the copy is good.'),
  additionalDetails: { hook: 'pre-freeze', attempts: 3 },
};

export const operationKinds = [appBackup, snapshot, clone, restore, discovery] as const;

function problemDetail(number: number, title: string, detail: string): StateDetail {
  return { type: `https://astra.netapp.io/problems/${number}`, title, detail };
}
