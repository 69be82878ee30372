import { z } from 'zod';

/**
 * A key of the configuration that holds a secret. Its name with `File` behind it may be given instead, the path of a file
 * that holds the secret: the configuration reads the file, so that a source only ever sees the plain key.
 */
export function secretSetting(description: string): z.ZodString {
  return z.string().min(1).meta({ description, secret: true });
}
