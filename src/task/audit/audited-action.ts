import type { TaskActionKind } from '../act/action-kind.js';

/** What the trail tells of: what a plane is asked for, and which tasks the gateway remembers of planes that cannot list. */
export type AuditedAction = TaskActionKind | 'TRACK' | 'UNTRACK';
