import { z } from 'zod';

import { parseInstant } from '../../task/model/instant.js';

/** The empty string says nothing: it is read as null. */
const text = z.string().transform((value) => (value === '' ? null : value));

const instant = z.string().transform((value, context) => {
  if (value === '') return null;
  const ms = parseInstant(value);
  if (ms !== null) return ms;
  context.addIssue('An instant was expected.');
  return z.NEVER;
});

const link = z.object({
  href: z.string(),
  rel: z.string(),
  type: text.nullish(),
  titles: z.record(z.string(), z.unknown()).nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});

const warningDetail = z.object({ code: z.string(), field: z.string(), message: z.string() });

/** The error object of the catalog, used for warnings too. Its older form has no more than message, code and status. */
const warning = z.object({
  code: text.nullish(),
  message: text.nullish(),
  path: text.nullish(),
  request_id: text.nullish(),
  status: z.int32().nullish(),
  timestamp: instant.nullish(),
  details: z.array(warningDetail).nullish(),
});

/** A task. The API is not generally available and may change without notice: nothing but the id is taken for granted. */
export const taskSchema = z.object({
  id: z.string().min(1),
  operation: text.nullish(),
  status: z.string().nullish(),
  created_at: instant.nullish(),
  updated_at: instant.nullish(),
  error_message: text.nullish(),
  install_id: text.nullish(),
  package_id: text.nullish(),
  package_slug: text.nullish(),
  package_version: z.int32().nullish(),
  links: z.array(link).nullish(),
  warnings: z.array(warning).nullish(),
});

/** An error body, as far as a problem takes from it. */
export const errorSchema = z.object({ message: text.nullish(), request_id: text.nullish() });

/** What the token route answers (RFC 6749, 5.1). The token goes into a header: visible ASCII only. */
export const tokenSchema = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.number().positive().nullish(),
});

export type WireTask = z.output<typeof taskSchema>;
export type WireLink = z.output<typeof link>;
export type WireWarning = z.output<typeof warning>;
