import type { TaskSourceHealth } from '../model/source-health.js';
import type { Task } from '../model/task.js';
import type { LeadershipListener } from './leader-election.js';

/**
 * The port to the other processes that serve the same site. Of all that follow a source one polls it, and each tells the others what
 * it sees. Nothing here fails: while the others cannot be reached, this process is alone.
 */
export interface Replicas {
  /** To be called once for each source whose credentials are those of the configuration. */
  join(sourceName: string, member: ReplicaListener): SourceReplication;
  /** Tells the others what they have not been told yet, and leaves the turn to them. */
  close(): Promise<void>;
}

/** What a process is told of one source. It is quick and never throws. */
export interface ReplicaListener extends LeadershipListener {
  /** Whether the whole list is known here, so that what follows is news. */
  readonly hasList: boolean;
  /** What others saw, the oldest first. */
  applyTasks(tasks: readonly SharedTask[]): void;
  /** The whole list, as others know it, has been adopted. */
  listApplied(): void;
  /** How the source answers whoever polls it. */
  applyHealth(health: TaskSourceHealth): void;
}

/** The place of one source among the processes. */
export interface SourceReplication {
  /** Tells the others what was seen here, as soon as that can be. */
  share(tasks: readonly SharedTask[]): void;
  /** Tells them that the whole list has been read, and shared. */
  shareList(): void;
  /** Tells them how the source answers; only of the one that polls it is it of interest. */
  shareHealth(health: TaskSourceHealth): void;
  interestChanged(): void;
}

/** What one process knows of a task, for all others. */
export type SharedTask = {
  /** The id at the plane. */
  readonly sourceTaskId: string;
  /** When the plane was asked, in milliseconds since 1970: an answer to an older question never replaces a newer one. */
  readonly requestedAt: number;
} & (
  | { readonly kind: 'there'; readonly task: Task; readonly isListed: boolean }
  /** The plane no longer has it. */
  | { readonly kind: 'gone' }
  /** It is no longer tracked. */
  | { readonly kind: 'left' }
);

/** What a process does for a source: nothing; it polls for all; the one that polls tells it; it polls for itself, because it is cut off. */
export type ReplicaRole = 'idle' | 'polls' | 'follows' | 'alone';
