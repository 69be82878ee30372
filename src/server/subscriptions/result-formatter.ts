import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';

import { type ErrorCode, TributaryError } from '../../model/errors.js';
import { type createErrorFormatter, firstErrors } from '../error-formatter.js';

/** What graphql-js and graphql-ws both call a result. */
interface UnformattedResult {
  readonly errors?: readonly unknown[] | undefined;
  readonly data?: Record<string, unknown> | null | undefined;
}

/** Turns results and errors into what a client sees, as Apollo does for HTTP. */
export class ResultFormatter {
  readonly #formatError: ReturnType<typeof createErrorFormatter>;

  constructor(formatError: ReturnType<typeof createErrorFormatter>) {
    this.#formatError = formatError;
  }

  result({ data, errors }: UnformattedResult): FormattedExecutionResult {
    const told = data === undefined && errors !== undefined ? firstErrors(errors) : errors;
    return { ...(told !== undefined && { errors: this.errors(told) }), ...(data !== undefined && { data }) };
  }

  errors(errors: readonly unknown[]): readonly GraphQLFormattedError[] {
    return errors.map((error) => this.#format(error));
  }

  #format(error: unknown): GraphQLFormattedError {
    if (!(error instanceof GraphQLError)) return this.#formatError({ message: '' }, error);
    // An error that a source of events threw has no path, and Apollo's formatter then does not look for its cause.
    if (error.originalError instanceof TributaryError) return this.#formatError(error.toJSON(), error.originalError);
    const code = error.extensions['code'] ?? variableErrorCode(error);
    return this.#formatError({ ...error.toJSON(), extensions: code === undefined ? {} : { code } }, error);
  }
}

/** graphql-js gives the errors of variables no code. */
function variableErrorCode({ nodes, path }: GraphQLError): ErrorCode | undefined {
  return path === undefined && nodes?.length === 1 && nodes[0]?.kind === Kind.VARIABLE_DEFINITION ? 'BAD_USER_INPUT' : undefined;
}
