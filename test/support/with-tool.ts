import { describe, test } from '@jest/globals';

/**
 * A describe for tests that need something outside this repository. Where it is absent they are skipped with one line that
 * says what to install; with TRIBUTARY_REQUIRE set, that line is a failure.
 */
export function describeWith(
  { isThere, install }: { readonly isThere: boolean; readonly install: string },
  name: string,
  body: () => void,
): void {
  if (isThere) describe(name, body);
  else if (process.env['TRIBUTARY_REQUIRE'] === undefined) test.skip(`${name}: skipped. ${install}`, () => undefined);
  else {
    test(`${name}: ${install}`, () => {
      throw new Error(install);
    });
  }
}
