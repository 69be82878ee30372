import type { TrustedDocuments, TrustMode } from './trusted-documents.js';
import type { WantedDocument } from './wanted-document.js';

/** Whether the text that came is answered, another one, or none, and then why, in words for the client. */
export type GuardedDocument =
  | { readonly phase: 'given' }
  /** By its id. */
  | { readonly phase: 'found'; readonly query: string }
  | { readonly phase: 'refused'; readonly message: string };

/** Told once for each text, not for each request. */
export interface UntrustedDocument {
  readonly clientName: string | null;
  readonly query: string;
}

/** How many untrusted texts are remembered as told. */
const mostTold = 1_000;

/** Finds documents by their ids, and holds texts against the manifest. */
export class DocumentGuard {
  readonly #trusted: TrustedDocuments | null;
  readonly #texts: ReadonlySet<string>;
  readonly #tell: (document: UntrustedDocument) => void;
  readonly #told = new Set<string>();

  /** Null: there is no manifest, every text is answered and no id is known. */
  constructor(trusted: TrustedDocuments | null, tell: (document: UntrustedDocument) => void) {
    this.#trusted = trusted;
    this.#texts = new Set(trusted?.documents.values());
    this.#tell = tell;
  }

  guard({ query, id }: WantedDocument, clientName: string | null): GuardedDocument {
    // Without a manifest an id is for the handler to refuse.
    if (this.#trusted === null) return { phase: 'given' };
    const known = id === null ? undefined : this.#trusted.documents.get(id);
    if (known !== undefined && (query === '' || query === known)) return { phase: 'found', query: known };
    if (known !== undefined) return { phase: 'refused', message: 'The document is another one than the one with its id.' };
    if (query === '' && id !== null) return { phase: 'refused', message: 'The manifest of trusted documents has none with this id.' };
    if (query === '' || this.#texts.has(query)) return { phase: 'given' };
    const mode = this.#modeOf(clientName);
    if (mode === 'enforce') return { phase: 'refused', message: 'The document is not in the manifest of trusted documents.' };
    if (mode === 'log') this.#tellOnce({ clientName, query });
    return { phase: 'given' };
  }

  #modeOf(clientName: string | null): TrustMode {
    const own = clientName === null ? undefined : this.#trusted?.clients.get(clientName);
    return own ?? this.#trusted?.mode ?? 'off';
  }

  #tellOnce(document: UntrustedDocument): void {
    if (this.#told.has(document.query) || this.#told.size >= mostTold) return;
    this.#told.add(document.query);
    this.#tell(document);
  }
}
