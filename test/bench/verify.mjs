// Checks that the contenders do the same work before anything is measured.
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { ask, askReference, readCalls } from './world.mjs';

/** Longer than contenders keep what they have read. */
const agedMs = 1_100;

/** How often the calls of a contender are counted before there are too many: a poll in the background may come in between. */
const tries = 3;

/**
 * Throws unless every contender of a world gives the same data, and asks the planes no more often than it should, for one operation alone and
 * for ten at once. Resolves with the contenders that did so, as { name, gives, calls }.
 */
export async function verifyContenders({ planes, running }) {
  const reference = await askReference(running);
  const verified = running.map(({ name, gives }) => ({ name, gives, calls: [] }));
  for (const contender of running) await ask(contender);
  for (const operations of [1, 10]) {
    let remaining = [...running.entries()];
    for (let round = 1; remaining.length > 0; round += 1) {
      await wait(agedMs);
      const tooMany = [];
      for (const [index, contender] of remaining) {
        const { calls, most } = await countCalls(contender, { planes, operations, reference });
        if (calls <= most) verified[index].calls.push(calls);
        else if (round < tries) tooMany.push([index, contender]);
        else
          throw new Error(
            `${contender.name} sent ${calls} requests to the planes for ${operations} operations, which is more than ${most}.`,
          );
      }
      remaining = tooMany;
    }
  }
  return verified;
}

/** Sends so many operations at once, and compares what comes with the reference: the calls to the planes, and the most that there may be. */
async function countCalls(contender, { planes, operations, reference }) {
  await readCalls(planes);
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: operations }, () => ask(contender)));
  const seconds = (performance.now() - startedAt) / 1_000;
  const calls = (await readCalls(planes))(contender);
  // Of several at once, some may find too many calls waiting for a plane. They say so, and give what was last known.
  const isStaleAllowed = operations > 1;
  const difference = answers.map(({ text }) => compare(text, reference, contender.gives, isStaleAllowed)).find((found) => found !== null);
  if (difference !== undefined) throw new Error(`${contender.name} gives other data: ${difference}.`);
  return { calls, most: contender.mostCalls({ operations, seconds }) };
}

/** What was found of one contender, in a line. */
export function describeVerified({ name, gives, calls }) {
  return `${name}: the same ${gives === 'data' ? 'data' : 'tasks'}, ${calls.join(' and ')} requests to the planes for 1 and 10 operations`;
}

/** Null when the answer has the data of the reference as far as `gives` says; otherwise what differs. */
function compare(answer, reference, gives, isStaleAllowed) {
  const { data, errors } = JSON.parse(answer, isStaleAllowed ? withoutStaleWarnings : undefined);
  if (errors !== undefined) return `errors: ${JSON.stringify(errors).slice(0, 300)}`;
  const { data: expected } = JSON.parse(reference);
  if (gives === 'data') return isDeepStrictEqual(data, expected) ? null : describeDifference(data, expected);
  return isDeepStrictEqual(collectIds(data), collectIds(expected)) ? null : 'other ids';
}

function withoutStaleWarnings(key, value) {
  return key === 'warnings' ? value.filter(({ __typename }) => __typename !== 'StaleDataWarning') : value;
}

/** The ids of all tasks in order, without the name of their source. */
function collectIds(data) {
  const lists = Object.entries(data).map(([name, value]) => {
    // Tailcall has an alias for each Catalog task.
    if (/^c\d+$/.test(name)) return [value];
    return Array.isArray(value) ? value : (value.nodes ?? value.items ?? value.elements);
  });
  return lists
    .flat()
    .map(({ id }) => id.slice(id.indexOf(':') + 1))
    .toSorted();
}

function describeDifference(actual, expected, path = 'data') {
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) {
    return `${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    if (!isDeepStrictEqual(actual[key], expected[key])) return describeDifference(actual[key], expected[key], `${path}.${key}`);
  }
  return `${path} differs`;
}
