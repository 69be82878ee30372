import { TributaryError } from '../../task/error/tributary-error.js';

/** Thrown when `_service` is asked for where introspection is off; `tributary schema --subgraph` prints the same. */
export class SchemaHiddenError extends TributaryError {
  override readonly name = 'SchemaHiddenError';
  readonly code = 'FORBIDDEN';

  constructor() {
    super('The schema is not shown here: introspection is off. A composer takes it from a file.');
  }
}
