import { z } from 'zod';

/** A key of a caller, without the key. */
const entry = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  /** Of the key; 64 lower-case hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** An instant (ISO 8601); null: never. */
  expires: z.iso.datetime({ offset: true }).nullable(),
  roles: z.array(z.string().min(1)),
  created: z.iso.datetime({ offset: true }),
});

const keyring = z.strictObject({ keys: z.array(entry) });

export type KeyringEntry = z.output<typeof entry>;

/** The keys in a file that `tributary keys` keeps; null when it is none, or an id is in it twice. */
export function keyringIn(text: string): readonly KeyringEntry[] | null {
  const read = keyring.safeParse(jsonOrNull(text));
  if (!read.success) return null;
  const { keys } = read.data;
  return new Set(keys.map(({ id }) => id)).size === keys.length ? keys : null;
}

/** The text of such a file. */
export function keyringText(keys: readonly KeyringEntry[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
