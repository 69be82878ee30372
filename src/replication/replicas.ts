import type { TaskSourceHealth } from '../model/source-health.js';
import type { Task } from '../model/task.js';
import type { LeadershipListener } from './leader-election.js';

/**
 * The port to the other processes that serve the same site. For each source one process leads and polls, and all share
 * what they observe. Nothing here fails: while the other processes cannot be reached, this one works alone.
 */
export interface Replicas {
  /** Called once for each source that the gateway reads with its own credentials. */
  join(sourceName: string, listener: ReplicaListener): SourceReplication;
  /** Shares what is not shared yet, and resigns as leader. */
  close(): Promise<void>;
}

/** Receives what the other processes share of one source. It is quick and never throws. */
export interface ReplicaListener extends LeadershipListener {
  /** Whether this process knows the whole list, so that whatever it learns from now on is a change. */
  readonly hasList: boolean;
  /** What other processes observed, oldest first. */
  applyTasks(tasks: readonly SharedTask[]): void;
  /** The whole list, as other processes know it, has been applied. */
  listApplied(): void;
  /** The health of the source as the leader sees it. */
  applyHealth(health: TaskSourceHealth): void;
}

/** Shares what this process observes of one source with the other processes, as soon as possible. */
export interface SourceReplication {
  share(tasks: readonly SharedTask[]): void;
  /** The whole list has been read, and its tasks were passed to `share`. */
  shareList(): void;
  /** Only the leader's view of the health is shared. */
  shareHealth(health: TaskSourceHealth): void;
  interestChanged(): void;
}

/** What one process knows of a task, for all others. */
export type SharedTask = {
  /** The id on the plane. */
  readonly sourceTaskId: string;
  /**
   * When the plane was asked, in milliseconds since 1970: the answer to an earlier request never replaces that to a
   * later one.
   */
  readonly requestedAt: number;
} & (
  | { readonly kind: 'there'; readonly task: Task; readonly isListed: boolean }
  /** The plane no longer has it. */
  | { readonly kind: 'gone' }
  /** It is no longer tracked. */
  | { readonly kind: 'untracked' }
);

/**
 * What a process is for a source. `idle`: it has no subscribers for it. `leader`: it polls for all processes.
 * `follower`: another process leads. `standalone`: the database is away, so it polls for its own subscribers.
 */
export type ReplicaRole = 'idle' | 'leader' | 'follower' | 'standalone';
