import { z } from 'zod';

/** A duration such as `30s`, `5m`, `24h` or `30d`; read as milliseconds. */
export function durationSetting(
  what: string,
  byDefault: `${number}${Unit}`,
): z.ZodPrefault<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>> {
  const error = 'expected a duration: a whole number from 1 to 99999 and s, m, h or d, such as 30s, 5m, 24h or 30d';
  return z
    .string({ error })
    .regex(/^[1-9][0-9]{0,4}[smhd]$/, { error })
    .transform(milliseconds)
    .prefault(byDefault)
    .describe(`${what} A whole number from 1 to 99999 and s, m, h or d: 30s, 5m, 24h, 30d; ${byDefault} by default.`);
}

type Unit = 's' | 'm' | 'h' | 'd';

const unitMs: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

function milliseconds(duration: string): number {
  return Number(duration.slice(0, -1)) * (unitMs.get(duration.slice(-1)) ?? 0);
}
