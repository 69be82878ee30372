import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';

import { type ErrorCode, TributaryError } from '../../model/errors.js';
import { type ErrorFormatter, firstErrors, mergeStoreErrors } from '../error-formatter.js';

/** The results of graphql-js and graphql-ws alike. */
interface UnformattedResult {
  readonly errors?: readonly unknown[] | undefined;
  readonly data?: Record<string, unknown> | null | undefined;
}

/** Formats results and errors of subscriptions, as Apollo Server does over HTTP. */
export class ResultFormatter {
  readonly #formatError: ErrorFormatter;

  constructor(formatError: ErrorFormatter) {
    this.#formatError = formatError;
  }

  result({ data, errors }: UnformattedResult): FormattedExecutionResult {
    const shown = data === undefined && errors !== undefined ? firstErrors(errors) : errors;
    return { ...(shown !== undefined && { errors: mergeStoreErrors(this.errors(shown)) }), ...(data !== undefined && { data }) };
  }

  errors(errors: readonly unknown[]): readonly GraphQLFormattedError[] {
    return errors.map((error) => this.#format(error));
  }

  #format(error: unknown): GraphQLFormattedError {
    if (!(error instanceof GraphQLError)) return this.#formatError({ message: '' }, error);
    // An error of the event source has no path, and unwrapResolverError of Apollo Server then leaves it wrapped.
    if (error.originalError instanceof TributaryError) return this.#formatError(error.toJSON(), error.originalError);
    const code = error.extensions['code'] ?? variableErrorCode(error);
    return this.#formatError({ ...error.toJSON(), extensions: code === undefined ? {} : { code } }, error);
  }
}

/** graphql-js reports errors of variables without a code. */
function variableErrorCode({ nodes, path }: GraphQLError): ErrorCode | undefined {
  return path === undefined && nodes?.length === 1 && nodes[0]?.kind === Kind.VARIABLE_DEFINITION ? 'BAD_USER_INPUT' : undefined;
}
