import { z } from 'zod';

/** A text that can only be given as a file: the key in the configuration is the name with `File` behind it. */
export function fileSetting(description: string): z.ZodString {
  return z.string().meta({ description, fileOnly: true });
}
