/** Resolvers of the notes; they are kept in memory, by the id of their task. */
export function createResolvers() {
  const notes = new Map();
  return {
    Query: { tasksWithNotes: () => [...notes.keys()].map((id) => ({ id })) },
    Mutation: {
      writeNote: (_root, { taskId, author, text }) => {
        notes.set(taskId, [...(notes.get(taskId) ?? []), { author, text }]);
        return { id: taskId };
      },
    },
    Task: {
      __resolveReference: ({ id }) => ({ id }),
      notes: ({ id }) => notes.get(id) ?? [],
    },
  };
}
