import { TributaryError } from '../../task/error/tributary-error.js';

/** Thrown for a document, or the id of one, that is not in the manifest of trusted documents: deploy the manifest before the client. */
export class UntrustedDocumentError extends TributaryError {
  override readonly name = 'UntrustedDocumentError';
  readonly code = 'PERSISTED_QUERY_NOT_FOUND';
}
