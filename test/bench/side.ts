// The engine's side of the bench as a program. First argument: `own` for a process of the engine's own, or `editor`.
import { enableRevectorizer } from '../../engine/kernels/revectorizer';

if (process.argv[2] === 'own') enableRevectorizer();
// Kernels are compiled as soon as they are loaded: only then.
await import('./ours');
