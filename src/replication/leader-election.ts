/**
 * Decides which of the processes that serve one site is the leader for a source: the leader polls it for the
 * subscribers of all.
 */
export interface LeaderElection {
  /** Called once. The listener learns who leads as soon as that is known, and at each change. */
  listen(listener: LeadershipListener): void;
  /** The subscribers of this process have another interest than before. */
  interestChanged(): void;
}

export interface LeadershipListener {
  /** What the subscribers of this process follow; null for nothing. Read whenever it is needed. */
  interest(): SubscriptionInterest | null;
  /** Whether this process polls the source, as leader or standalone, for as long as it has an interest in it. */
  leadershipChanged(isLeader: boolean): void;
  /** What the subscribers of the other processes follow: the leader polls for them, too. */
  remoteInterestChanged(interest: SubscriptionInterest): void;
}

/** A single process, which always leads. */
export const alwaysLeader: LeaderElection = {
  listen: (listener) => listener.leadershipChanged(true),
  interestChanged: () => undefined,
};

/** What subscribers follow of one source. */
export interface SubscriptionInterest {
  /** The list of tasks is read, for its tasks or for the health of the source. */
  readonly list: boolean;
  /** The tasks of the list are followed. */
  readonly tasks: boolean;
  /** Ids, on the plane, of tasks that are followed one by one. */
  readonly ids: readonly string[];
}

export const noSubscriptionInterest: SubscriptionInterest = { list: false, tasks: false, ids: [] };
