/** What becomes of a document that is not in the manifest: it is answered, answered and logged, or refused. */
export type TrustMode = 'off' | 'log' | 'enforce';

/** The documents that the clients of this gateway were built with: the configuration's `graphql.trustedDocuments`. */
export interface TrustedDocuments {
  /** Texts of documents by their ids. */
  readonly documents: ReadonlyMap<string, string>;
  readonly mode: TrustMode;
  /** For clients of a name, which they claim themselves; all others have `mode`. */
  readonly clients: ReadonlyMap<string, TrustMode>;
}
