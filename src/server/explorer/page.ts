import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { PageMissingError } from './page-missing-error.js';

/** A page in memory, with the headers that it is always sent with. */
export interface Page {
  readonly html: string;
  /** Strong, of the content. */
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Throws a PageMissingError when the page is not built. */
export async function readPage(file: string, headers: Readonly<Record<string, string>>): Promise<Page> {
  try {
    const html = await readFile(file, 'utf8');
    return { html, etag: `"${createHash('sha256').update(html).digest('base64url').slice(0, 27)}"`, headers };
  } catch (cause) {
    throw new PageMissingError(cause);
  }
}
