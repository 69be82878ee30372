/**
 * JSON text that is written from the beginning to the end, with holes for what is not known yet: each is an output of its own, in whose
 * place its text will stand.
 */
export class JsonOutput {
  /** What follows the last hole. Writers append to it. */
  text = '';
  #before: (string | JsonOutput)[] | null = null;

  /** Leaves a hole, and goes on behind it. */
  leaveHole(): JsonOutput {
    const hole = new JsonOutput();
    this.#before ??= [];
    this.#before.push(this.text, hole);
    this.text = '';
    return hole;
  }

  /** Whether there is no hole, so that `text` is all of it. */
  get isWhole(): boolean {
    return this.#before === null;
  }

  /** The whole text, when all holes are filled. */
  toString(): string {
    return this.#before === null ? this.text : this.#before.join('') + this.text;
  }
}
