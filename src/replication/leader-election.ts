/** Whose turn it is to poll a source, where several processes serve one site. */
export interface LeaderElection {
  /** To be called once. The listener is told at once where that is known, and at each change. */
  listen(listener: LeadershipListener): void;
  /** Something else is followed here than before. */
  interestChanged(): void;
}

export interface LeadershipListener {
  /** What is followed here; null: nothing is. It is asked for when it is needed. */
  interest(): SubscriptionInterest | null;
  /** Whether this process polls, for itself and for all others, as long as anything is followed here. */
  leadershipChanged(isOurs: boolean): void;
  /** What is followed in other processes: whoever polls, polls for them, too. */
  remoteInterestChanged(interest: SubscriptionInterest): void;
}

/** One process alone: it is always its turn. */
export const alwaysLeader: LeaderElection = {
  listen: (listener) => listener.leadershipChanged(true),
  interestChanged: () => undefined,
};

/** What is followed of one source. */
export interface SubscriptionInterest {
  /** The list, for its tasks or for the health of the source. */
  readonly list: boolean;
  /** The tasks of the list. */
  readonly tasks: boolean;
  /** Tasks by themselves, by their ids at the plane. */
  readonly ids: readonly string[];
}

export const noSubscriptionInterest: SubscriptionInterest = { list: false, tasks: false, ids: [] };
