import type { Interest } from './interest.js';

/** Whose turn it is to poll a source, where several processes serve one site. */
export interface Turn {
  /** To be called once. The listener is told at once where that is known, and at each change. */
  listen(listener: TurnListener): void;
  /** Something else is followed here than before. */
  interestChanged(): void;
}

export interface TurnListener {
  /** What is followed here; null: nothing is. It is asked for when it is needed. */
  interest(): Interest | null;
  /** Whether this process polls, for itself and for all others, as long as anything is followed here. */
  turn(isOurs: boolean): void;
  /** What is followed in other processes: whoever polls, polls for them, too. */
  others(interest: Interest): void;
}

/** One process alone: it is always its turn. */
export const alwaysOurTurn: Turn = {
  listen: (listener) => listener.turn(true),
  interestChanged: () => undefined,
};
