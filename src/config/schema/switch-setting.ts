import { z } from 'zod';

/** True or false, with a default that its description tells. */
export function switchSetting(what: string, byDefault: boolean): z.ZodDefault<z.ZodBoolean> {
  return z.boolean().default(byDefault).describe(`${what} ${byDefault} by default.`);
}
