import type { ReasonWord } from './reason-word.js';

/** Refusals of one caller that are told by their number alone. */
export interface CountedRefusals {
  readonly caller: string;
  /** When the first of them was refused, in milliseconds since 1970. */
  readonly since: number;
  readonly refused: readonly CountedReason[];
}

export interface CountedReason {
  readonly mutation: string;
  readonly refusedFor: readonly ReasonWord[];
  /** Of tasks: one mutation may have asked for many. */
  readonly count: number;
}
