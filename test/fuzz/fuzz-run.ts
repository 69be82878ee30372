/**
 * How long a fuzz goes on, and where it begins. `npm run fuzz` sets TRIBUTARY_FUZZ to make it long; what fails names
 * its seed, and TRIBUTARY_FUZZ_SEED begins there again.
 */
export function readFuzzRun(usual: number, share: number): { readonly first: number; readonly runs: number } {
  const long = Number(process.env['TRIBUTARY_FUZZ'] ?? 0);
  return { first: Number(process.env['TRIBUTARY_FUZZ_SEED'] ?? 1), runs: long > 0 ? Math.ceil(long * share) : usual };
}
