import type { CatalogWarning } from './types/warning.js';
import type { WireWarning } from './wire.js';

/** A warning looks like an error, with a code and a status, and is none: it says for example that adopted entities are kept. */
export function warningOf(warning: WireWarning): CatalogWarning {
  const code = warning.code ?? null;
  return {
    __typename: 'CatalogWarning',
    code,
    message: warning.message ?? code ?? 'The catalog warns and does not say of what.',
    path: warning.path ?? null,
    httpStatus: warning.status ?? null,
    requestId: warning.request_id ?? null,
    timestamp: warning.timestamp ?? null,
    details: (warning.details ?? []).map(({ code: detailCode, field, message }) => ({ code: detailCode, field, message })),
  };
}
