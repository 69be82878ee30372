import QuickLru from 'quick-lru';

/** Properties of an object that are selected, with all that is selected below them. Equal selections are one object. */
interface Selection {
  /** Response keys, fields and what they cost, in their order. */
  readonly signature: string;
}

/** A selection of an object as JSON. */
interface KeptText {
  readonly selection: Selection;
  readonly text: string;
  /** What writing it charged the budget of the response. */
  readonly chargedValues: number;
}

interface TextLimits {
  /** In characters; half of it is kept at least. */
  readonly characters: number;
  /** Selections of one object; clients rarely have more. */
  readonly selections: number;
}

/** 32 MB at most, and usually far less: a task has about 400 characters. */
const defaultLimits: TextLimits = { characters: 16_000_000, selections: 4 };

/** Selections that are told apart; of one that is forgotten, the texts are written anew. */
const maxSelections = 1_000;

/** Texts of objects that never change, by their identity: they end with the object. Those that were used last are kept. */
export class SerialisedTexts {
  readonly #limits: TextLimits;
  readonly #selections = new QuickLru<string, Selection>({ maxSize: maxSelections });
  #current = new WeakMap<object, KeptText[]>();
  /** Older ones; those that are used move to the current ones. */
  #previous = new WeakMap<object, KeptText[]>();
  #currentCharacters = 0;

  constructor(limits: TextLimits = defaultLimits) {
    this.#limits = limits;
  }

  /** The selection with this signature. */
  selectionFor(signature: string): Selection {
    const selection = this.#selections.get(signature) ?? { signature };
    this.#selections.set(signature, selection);
    return selection;
  }

  find(object: object, selection: Selection): KeptText | undefined {
    const kept = findSelection(this.#current.get(object), selection);
    if (kept !== undefined) return kept;
    const older = findSelection(this.#previous.get(object), selection);
    if (older !== undefined) this.keep(object, older);
    return older;
  }

  keep(object: object, kept: KeptText): void {
    const texts = this.#current.get(object) ?? [];
    if (texts.length === 0) this.#current.set(object, texts);
    else if (texts.length === this.#limits.selections) texts.shift();
    texts.push({ ...kept, text: flatten(kept.text) });
    this.#currentCharacters += kept.text.length;
    if (this.#currentCharacters < this.#limits.characters / 2) return;
    this.#previous = this.#current;
    this.#current = new WeakMap();
    this.#currentCharacters = 0;
  }
}

/** V8 keeps a text that was appended to as a tree of its parts, which takes several times the memory, until a character of it is read. */
function flatten(text: string): string {
  return Number.isNaN(text.charCodeAt(0)) ? '' : text;
}

function findSelection(texts: readonly KeptText[] | undefined, selection: Selection): KeptText | undefined {
  if (texts !== undefined) for (const kept of texts) if (kept.selection === selection) return kept;
  return undefined;
}
