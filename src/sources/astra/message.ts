import type { WireStateDetail } from './wire.js';

/** What a detail of a state says for people. */
export function messageOf(detail: WireStateDetail): string {
  return detail.detail || detail.title || noWords;
}

/** The title of a detail, or what comes nearest to one. */
export function titleOf(detail: WireStateDetail): string {
  return detail.title || detail.detail || noWords;
}

const noWords = 'The plane gave no words for it.';
