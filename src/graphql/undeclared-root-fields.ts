import type { GraphQLSchema } from 'graphql';

/** Rights that a root field may declare. */
const rights: ReadonlySet<unknown> = new Set(['read', 'retry', 'cancel', 'track', 'introspect', 'operate', 'audit']);

/** The root fields that do not say which right they need, as `Type.field`; a schema that is served has none. */
export function undeclaredRootFields(schema: GraphQLSchema): readonly string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {})
      .filter(({ extensions }) => !rights.has(extensions['right']))
      .map(({ name }) => `${root?.name}.${name}`),
  );
}
