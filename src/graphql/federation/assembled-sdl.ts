import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, graphqlSync } from 'graphql';

/** A subgraph's document with the definitions that federation adds: `_entities`, `_service` and all directives. Throws where it is no valid subgraph. */
export function assembledSdl(typeDefs: DocumentNode): string {
  const { data, errors } = graphqlSync({ schema: buildSubgraphSchema([{ typeDefs }]), source: '{ _service { sdl } }' });
  const service = data?.['_service'];
  if (typeof service === 'object' && service !== null && 'sdl' in service && typeof service.sdl === 'string') return service.sdl;
  throw new Error('The subgraph has no SDL.', { cause: errors?.[0] });
}
