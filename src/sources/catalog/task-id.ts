/**
 * Ids of catalog tasks: 26 characters of nanoid at present (docs.keycard.ai), which a URL path takes as they are. Wider than
 * that, so that longer ids of later versions pass; narrow enough that none of them can change a path.
 */
export const taskIdForm = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
