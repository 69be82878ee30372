/**
 * Whether pages of an origin may call the API. An allowed origin that ends in `:*` stands for every port of its host; the configuration
 * accepts such entries for loopback hosts only.
 */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  return allowed.includes(origin) || allowed.includes(origin.replace(/(:\d+)?$/, ':*'));
}
