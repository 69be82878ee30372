import { describe, test } from '@jest/globals';

/** Something outside this repository, or outside what `npm ci` installs. */
export interface Tool {
  readonly isThere: boolean;
  /** What to do when it is not. */
  readonly install: string;
}

/**
 * The `describe` for tests that need such tools: `describeWith(tool)('…', () => { … })`. Where one is absent they are skipped,
 * with one line that says what to install; with TRIBUTARY_REQUIRE set, that line is a failure.
 */
export function describeWith(...tools: readonly Tool[]): typeof describe.skip {
  const absent = tools.find(({ isThere }) => !isThere);
  if (absent === undefined) return describe;
  const { install } = absent;
  if (process.env['TRIBUTARY_REQUIRE'] === undefined) test.skip(`Skipped: ${install}`, () => undefined);
  else {
    test(`Required: ${install}`, () => {
      throw new Error(install);
    });
  }
  return describe.skip;
}
