import { GraphQLError, GraphQLScalarType } from 'graphql';

/** Output only: sources hand over nothing but absolute http and https URLs (`webUrlOf`). */
export const Url = new GraphQLScalarType<string, string>({
  name: 'URL',
  description:
    'An absolute URL that begins with http:// or https:// and contains no credentials. Where a control plane sends anything else, the field is null and the task has a MalformedDataWarning.',
  serialize: (value) => value as string,
  parseValue: (value) => {
    const url = typeof value === 'string' ? webUrlOf(value) : null;
    if (url === null) throw new GraphQLError('A URL is absolute and begins with http:// or https://.');
    return url;
  },
});

/** The URL as it was given when it is an absolute http or https URL without credentials in it; else null. */
export function webUrlOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' ? text : null;
}
