/** Ids of installs: URL- and DNS-safe nanoid of 26 characters at present. */
const installIdForm = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The install that a `Location` leads to: the last segment of its path. The catalog does not say whether it is absolute or
 * relative, so both are read; it is never followed. Null when it names none.
 */
export function installIdOf(location: string, base: URL): string | null {
  if (!URL.canParse(location, base.href)) return null;
  const { protocol, pathname } = new URL(location, base.href);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  return installIdForm.test(last) ? last : null;
}
