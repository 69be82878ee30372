/** Work that may be interrupted after each step. Each step is short: a fraction of a millisecond. */
export type Steps<Result = void> = Generator<void, Result, void>;

/**
 * How long such work may hold the event loop in one turn, in milliseconds of real time, all of it in the process taken
 * together. Garbage collection comes on top of it. A short read of another plane takes about fifteen turns: with 3 ms it took 50 ms beside
 * a long list, with 1 ms 20; with 0.5 ms the list itself took a fifth longer.
 */
const maxSliceMs = 1;

/** Runs work without interruption. */
export function runAtOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Runs work in slices, and lets the event loop do everything else between two of them. `check` is called before each slice; where it
 * throws, the work ends there.
 */
export async function runInSlices<Result>(steps: Steps<Result>, check?: () => void): Promise<Result> {
  for (;;) {
    const leftMs = maxSliceMs - usedMs;
    if (leftMs <= 0) {
      await nextTurn();
      continue;
    }
    check?.();
    const startedAt = performance.now();
    let step = steps.next();
    let elapsedMs = performance.now() - startedAt;
    while (step.done !== true && elapsedMs < leftMs) {
      step = steps.next();
      elapsedMs = performance.now() - startedAt;
    }
    use(elapsedMs);
    if (step.done === true) return step.value;
  }
}

/** Milliseconds that slices have taken in this turn of the event loop. */
let usedMs = 0;

/** Work that waits for a turn, the longest waiting first. */
const waiting: (() => void)[] = [];
let isTurnScheduled = false;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    scheduleTurn();
  });
}

function use(ms: number): void {
  usedMs += ms;
  if (usedMs < maxSliceMs) waiting.shift()?.();
  scheduleTurn();
}

function scheduleTurn(): void {
  if (isTurnScheduled) return;
  isTurnScheduled = true;
  setImmediate(() => {
    isTurnScheduled = false;
    usedMs = 0;
    waiting.shift()?.();
    if (waiting.length > 0) scheduleTurn();
  });
}

/** Items that are sorted, or merged, in one step. */
const itemsAStep = 256;

/** Sorts items into a new array; ties keep their order. */
export function* sortInSteps<T extends object>(items: readonly T[], compare: (left: T, right: T) => number): Steps<T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += itemsAStep) {
    runs.push(items.slice(start, start + itemsAStep).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) longer.push(yield* mergeInSteps(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = longer;
  }
  return runs[0] ?? [];
}

/** Merges two sorted lists into a new one; ties take those of the first list first. */
export function* mergeInSteps<T extends object>(
  first: readonly T[],
  second: readonly T[],
  compare: (left: T, right: T) => number,
): Steps<T[]> {
  const merged: T[] = [];
  let [at, next] = [0, 0];
  for (;;) {
    const [one, other] = [first[at], second[next]];
    if (one === undefined && other === undefined) return merged;
    const isOther = other !== undefined && (one === undefined || compare(other, one) < 0);
    if (isOther) next++;
    else at++;
    const taken = isOther ? other : one;
    if (taken !== undefined) merged.push(taken);
    if (merged.length % itemsAStep === 0) yield;
  }
}

/** A copy of a map, its entries in the same order; of entries that are added or removed meanwhile it may have either state. */
export function* copyMapInSteps<Key, Value>(map: ReadonlyMap<Key, Value>): Steps<Map<Key, Value>> {
  const copy = new Map<Key, Value>();
  for (const [key, value] of map) {
    copy.set(key, value);
    if (copy.size % itemsAStep === 0) yield;
  }
  return copy;
}
