import type { TaskSourceHealth } from '../source/health.js';
import type { SharedTask } from './shared-task.js';
import type { TurnListener } from './turn.js';

/**
 * The port to the other processes that serve the same site. Of all that follow a source one polls it, and each tells the others what
 * it sees. Nothing here fails: while the others cannot be reached, this process is alone.
 */
export interface Replicas {
  /** To be called once for each source whose credentials are those of the configuration. */
  join(sourceName: string, member: ReplicaMember): Seat;
  /** Tells the others what they have not been told yet, and leaves the turn to them. */
  close(): Promise<void>;
}

/** What a process is told of one source. It is quick and never throws. */
export interface ReplicaMember extends TurnListener {
  /** Whether the whole list is known here, so that what follows is news. */
  readonly hasList: boolean;
  /** What others saw, the oldest first. */
  adopt(tasks: readonly SharedTask[]): void;
  /** The whole list, as others know it, has been adopted. */
  adopted(): void;
  /** How the source answers whoever polls it. */
  hear(health: TaskSourceHealth): void;
}

/** The place of one source among the processes. */
export interface Seat {
  /** Tells the others what was seen here, as soon as that can be. */
  share(tasks: readonly SharedTask[]): void;
  /** Tells them that the whole list has been read, and shared. */
  shareList(): void;
  /** Tells them how the source answers; only of the one that polls it is it of interest. */
  shareHealth(health: TaskSourceHealth): void;
  interestChanged(): void;
}
