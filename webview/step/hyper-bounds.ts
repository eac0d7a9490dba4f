// How far a hyperparameter's slider reaches. Pure: knows no page.

/** How far a number may be moved with the slider: two decades around its default, or up to four times a whole one. */
export function hyperBounds(usual: number): {
  min: number;
  max: number;
  step: number;
  log: boolean;
} {
  if (Number.isInteger(usual) && usual > 0)
    return { min: 1, max: Math.max(8, 4 * usual), step: 1, log: false };
  if (usual > 0 && usual < 1) {
    const decade = Math.log10(usual);
    return { min: decade - 2, max: Math.min(decade + 2, 1), step: 0.05, log: true };
  }
  const reach = Math.max(1, 2 * Math.abs(usual));
  return { min: usual - reach, max: usual + reach, step: reach / 50, log: false };
}
