import { describe, test } from '@jest/globals';

/**
 * The `describe` for tests that need something outside this repository: `describeWith(tool)('…', () => { … })`. Where it is
 * absent they are skipped, with one line that says what to install; with TRIBUTARY_REQUIRE set, that line is a failure.
 */
export function describeWith({ isThere, install }: { readonly isThere: boolean; readonly install: string }): typeof describe.skip {
  if (isThere) return describe;
  if (process.env['TRIBUTARY_REQUIRE'] === undefined) test.skip(`Skipped: ${install}`, () => undefined);
  else {
    test(`Required: ${install}`, () => {
      throw new Error(install);
    });
  }
  return describe.skip;
}
