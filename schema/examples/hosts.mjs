/** Resolvers of an inventory of the hosts of the simulated sites, with the rack of each. */
export function createResolvers() {
  return {
    Query: { host: (_root, { fqdn, resourceId }) => findHost(fqdn, resourceId) },
    TaskResource: {
      __resolveReference: (reference) => reference,
      host: ({ id, fqdn }) => findHost(fqdn, id),
    },
    Host: { __resolveReference: ({ fqdn }) => findHost(fqdn) },
  };
}

function findHost(fqdn, resourceId) {
  const number = /^\D*(\d+)/.exec(fqdn ?? '')?.[1];
  if (number === undefined) return null;
  return { fqdn, rack: `rack-${Number(number) % 8}`, resource: resourceId === undefined ? null : { id: resourceId } };
}
