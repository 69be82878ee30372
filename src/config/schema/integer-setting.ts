import { z } from 'zod';

/** A whole number with a range and a default; both are told in its description. */
export function integerSetting(
  what: string,
  range: { readonly min: number; readonly max: number; readonly default: number },
): z.ZodDefault<z.ZodInt> {
  const error = `expected a whole number from ${range.min} to ${range.max}`;
  return z
    .int({ error })
    .min(range.min, { error })
    .max(range.max, { error })
    .default(range.default)
    .describe(`${what} From ${range.min} to ${range.max}; ${range.default} by default.`);
}
