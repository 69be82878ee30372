/** An operation that waits for its plane. */
export interface Begun {
  /** What comes of it, in a word or two. */
  readonly word: Promise<string>;
  /** Lets the plane do what it waits for. */
  letGo(): void;
}

/** The operation of a cell. */
export interface ProcessOperation {
  /** What comes of it where nothing is wrong. */
  readonly usual: string;
  /** What its client sees when the gateway says that it ends, and when it is killed. */
  readonly ended: string;
  readonly killed: string;
  /** Begins it: for another task each time, where it acts on one. It is under way when this resolves. */
  begin(): Promise<Begun>;
  /** How what was begun ends when the gateway does, whatever comes before. */
  end(begun: Begun): Promise<string>;
  /** What its client does who got no answer: asks again, with the same key, or subscribes again. */
  resume(): Promise<string>;
  close(): void;
}

/** Begins an operation and lets it come to its end. */
export async function run(operation: ProcessOperation): Promise<string> {
  const { word, letGo } = await operation.begin();
  letGo();
  return word;
}
