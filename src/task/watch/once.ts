/** A function that does something the first time it is called, and nothing afterwards. */
export function once(act: () => void): () => void {
  let todo = act;
  return () => {
    const now = todo;
    todo = () => undefined;
    now();
  };
}
