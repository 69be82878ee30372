import type { FormattedExecutionResult } from 'graphql';

/** The data of a response as JSON, where a result of graphql-js has objects. */
export class SerialisedData {
  readonly text: string;
  /** As the types of graphql-js demand of any data; there is none. */
  readonly [member: string]: unknown;

  constructor(text: string) {
    this.text = text;
  }
}

/** A response as JSON, in one line. */
export function stringifyResponse(result: FormattedExecutionResult): string {
  return `${stringifyResult(result)}\n`;
}

/** A result as JSON. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data } = result;
  // Only a success has serialised data: it has no errors.
  return data instanceof SerialisedData ? `{"data":${data.text}}` : JSON.stringify(result);
}
