/** A thing some of whose methods are replaced, whenever `isReplaced` says so. */
export function withOverrides<Thing extends object>(thing: Thing, methods: Partial<Thing>, isReplaced = (): boolean => true): Thing {
  return new Proxy(thing, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in methods && isReplaced() ? methods : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
