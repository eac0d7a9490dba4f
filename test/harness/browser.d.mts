// What browser.mjs gives, for tests in TypeScript.
export function findBrowser(): string | undefined;
export const browserArguments: string[];
