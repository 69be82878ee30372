/** An example operation, as the build reads it from a file of schema/operations. */
export interface ExampleOperation {
  /** Name of the file without its ending. */
  readonly file: string;
  /** Name of its first operation: the title of its tab. */
  readonly name: string;
  readonly type: 'query' | 'subscription' | 'mutation';
  /** First paragraph of the leading comment: the question that it answers. */
  readonly question: string;
  /** The whole file, comments included. */
  readonly query: string;
  /** The sibling `<file>.variables.json` as it stands; null where there is none. */
  readonly variables: string | null;
}
