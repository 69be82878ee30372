/**
 * The number of runs of a fuzz test, and its first seed. `npm run fuzz` sets TRIBUTARY_FUZZ for a long one; a failure prints its seed,
 * which TRIBUTARY_FUZZ_SEED repeats.
 */
export function readFuzzRun(defaultRuns: number, share: number): { readonly first: number; readonly runs: number } {
  const requestedRuns = Number(process.env['TRIBUTARY_FUZZ'] ?? 0);
  return {
    first: Number(process.env['TRIBUTARY_FUZZ_SEED'] ?? 1),
    runs: requestedRuns > 0 ? Math.ceil(requestedRuns * share) : defaultRuns,
  };
}
