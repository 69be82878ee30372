import { ellipsis, oneLine } from './message-pattern.js';

/** The words that all messages share, in their order; what differs is replaced by `…`. Empty for no messages. */
export function sharedMessage(messages: Iterable<string>): string {
  let shared: readonly string[] | null = null;
  for (const message of new Set(messages)) {
    const words = oneLine(message).split(' ');
    shared = shared === null ? words : merge(shared, words);
  }
  return (shared ?? []).filter((word, at, all) => word !== ellipsis || all[at - 1] !== ellipsis).join(' ');
}

function merge(left: readonly string[], right: readonly string[]): readonly string[] {
  if (left.length === right.length) return left.map((word, at) => (word === right[at] ? word : ellipsis));
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start++;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  return [...left.slice(0, start), ellipsis, ...left.slice(left.length - end)];
}
