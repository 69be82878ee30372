const teams = {
  security: { name: 'Security', email: 'security@example.com' },
  platform: { name: 'Platform', email: 'platform@example.com' },
};

/** Resolvers of the owners, by the kind of work that a task is. */
export function createResolvers() {
  return {
    Query: { teams: () => Object.values(teams) },
    Task: {
      __resolveReference: (reference) => reference,
      owner: ({ operation }) => (operation == null ? null : findOwner(operation)),
    },
  };
}

function findOwner(operation) {
  return /PASSWORD|CERTIFICATE|CREDENTIAL|ROTATE/.test(operation) ? teams.security : teams.platform;
}
