// Recognizes a model file by its text: it imports 'retrograd' and exports `train`. Knows no editor.

const importsRetrograd = /^\s*(?:import\b[^;]*?from\s*|import\s*|\}\s*from\s*)['"]retrograd['"]/m;
const exportsTrain =
  /^[ \t]*export\s+(?:async\s+)?(?:function\s*\*?\s*|const\s+|let\s+)train\b|^[ \t]*export\s*\{[^}]*\btrain\b[^}]*\}/m;

export function importsEngine(text: string): boolean {
  return importsRetrograd.test(text);
}

export function isModelFile(text: string): boolean {
  return importsEngine(text) && exportsTrain.test(text);
}

/** Where the declaration of `train` begins, as an offset; undefined when there is none. */
export function trainOffset(text: string): number | undefined {
  const match = exportsTrain.exec(text);
  return match ? match.index + (match[0].length - match[0].trimStart().length) : undefined;
}
