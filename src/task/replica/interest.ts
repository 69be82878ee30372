/** What is followed of one source. */
export interface Interest {
  /** The list, for its tasks or for the health of the source. */
  readonly list: boolean;
  /** The tasks of the list. */
  readonly tasks: boolean;
  /** Tasks by themselves, by their ids at the plane. */
  readonly ids: readonly string[];
}

export const noInterest: Interest = { list: false, tasks: false, ids: [] };
