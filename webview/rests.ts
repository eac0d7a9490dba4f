// Draws what changes often at most once a frame, and never without a rest. Knows no view.

/** Drawing rests for so many times what it took: a fast run must not keep the window from all else. */
const rest = 3;

/** Draws at the next frame when it is called, and never twice without a rest. */
export function withRests(draw: () => void): () => void {
  let state: 'idle' | 'asked' | 'resting' | 'asked while resting' = 'idle';
  const ask = (): void => {
    if (state === 'resting') state = 'asked while resting';
    if (state !== 'idle') return;
    state = 'asked';
    requestAnimationFrame(() => {
      const begin = performance.now();
      draw();
      state = 'resting';
      // Comes after the frame has been painted, which is most of the work.
      setTimeout(() => setTimeout(wake, rest * (performance.now() - begin)));
    });
  };
  const wake = (): void => {
    const again = state === 'asked while resting';
    state = 'idle';
    if (again) ask();
  };
  return ask;
}
