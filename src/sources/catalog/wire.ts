import * as z from 'zod';

import { parseInstant, parsePath, parseWebUrl } from '../../model/scalars.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import { count } from '../parse-item.js';

/** The catalog sends empty strings for absent values; they are read as null. */
const text = z.string().transform((value) => (value === '' ? null : value));

const instant = z.string().transform((value, context) => {
  if (value === '') return null;
  const ms = parseInstant(value);
  if (ms !== null) return ms;
  context.addIssue('An instant was expected.');
  return z.NEVER;
});

/** A fragment, such as `#name`, or one name, as in the documentation of the catalog. */
const fragmentOrName = /^(?:#[^\s\p{Cc}\p{Cf}\p{Cs}]*|[\w-]+)$/u;

/** That, a path at the plane, or a web page; nothing that a browser would execute, or a person take for a host. */
const href = z.string().refine((value) => fragmentOrName.test(value) || (parsePath(value) ?? parseWebUrl(value)) !== null, 'not a link');

const link = z.object({
  href,
  rel: z.string(),
  type: text.nullish(),
  titles: z.record(z.string(), z.unknown()).nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});

const warningDetail = z.object({ code: z.string(), field: z.string(), message: z.string() });

/** The error object of the catalog, also used for warnings. Its older form has only message, code and status. */
const warning = z.object({
  code: text.nullish(),
  message: text.nullish(),
  path: text.nullish(),
  request_id: text.nullish(),
  status: count(z.int32()).nullish(),
  timestamp: instant.nullish(),
  details: z.array(warningDetail).nullish(),
});

/** A task. The API is not generally available and may change without notice, so only the id is required. */
export const catalogTaskSchema = z.object({
  id: z.string().min(1),
  operation: text.nullish(),
  status: z.string().nullish(),
  created_at: instant.nullish(),
  updated_at: instant.nullish(),
  error_message: text.nullish(),
  install_id: text.nullish(),
  package_id: text.nullish(),
  package_slug: text.nullish(),
  package_version: count(z.int32()).nullish(),
  links: z.array(link).nullish(),
  warnings: z.array(warning).nullish(),
});

/** The parts of an error body that become a problem. */
export const catalogErrorSchema = z.object({
  code: text.nullish(),
  message: text.nullish(),
  status: count(z.int32()).nullish(),
  request_id: text.nullish(),
});

/** The response of the token route (RFC 6749, 5.1). The token goes into a header, so it is visible ASCII. */
export const catalogTokenSchema = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: count(z.number().positive()).nullish(),
});

export type CatalogWireTask = z.output<typeof catalogTaskSchema>;
export type CatalogWireLink = z.output<typeof link>;
export type CatalogWireWarning = z.output<typeof warning>;

/**
 * Ids of catalog tasks: nanoids of 26 characters at present (docs.keycard.ai). The pattern is wider, so that longer ids
 * of later versions pass, and narrow enough that no id can change a URL path.
 */
export const catalogTaskIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Ids of installs: URL- and DNS-safe nanoids of 26 characters at present. */
const installIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Whether a response redirects to an install, which is how the catalog reports a completed task. A redirect to a login page
 * comes from something in front of the plane.
 */
export function isInstallRedirect(response: UpstreamResponse, base: URL): boolean {
  const location = response.header('location');
  return response.status === 303 && (location === null || isInstallLocation(location, base));
}

/** Whether a `Location` header has the path of an install, on any host. */
function isInstallLocation(location: string, base: URL): boolean {
  if (!URL.canParse(location, base.href)) return false;
  const { protocol, pathname } = new URL(location, base.href);
  return (protocol === 'https:' || protocol === 'http:') && /\/installs\/[^/]*$/.test(pathname);
}

/**
 * The id of the install in a `Location` header: the last segment of its path. Absolute and relative forms are read,
 * because the catalog documents neither; the location is never followed. Null when it names no install.
 */
export function parseInstallId(location: string, base: URL): string | null {
  if (!isInstallLocation(location, base)) return null;
  const { pathname } = new URL(location, base.href);
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  return installIdPattern.test(last) ? last : null;
}
