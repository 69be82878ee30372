const imports = ['@cost', '@key', '@listSize', '@shareable', '@tag'];
const scopeImports = ['@authenticated', '@requiresScopes'];

/** The line that makes SDL a subgraph's. 2.9 is the highest version that both Apollo's and The Guild's composer take. */
export function federationLink({ scopes }: { readonly scopes: boolean }): string {
  const names = scopes ? [...imports, ...scopeImports] : imports;
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(names)})`;
}
