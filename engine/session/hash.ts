// A fingerprint of everything that training has changed. Knows no file.
import { optimizers } from '../optim/optimizer';
import { Tensor } from '../tensor/tensor';

/** Sixteen hexadecimal digits over all parameters and optimizer state, in order of creation. */
export function stateHash(): string {
  const hash = new Hash();
  for (const optimizer of optimizers) {
    for (const { params } of optimizer.paramGroups) {
      for (const parameter of params) {
        hash.add(parameter);
        const state = optimizer.state.get(parameter) ?? {};
        for (const value of Object.values(state)) hash.add(value);
      }
    }
  }
  return hash.digest();
}

/** Two independent 32-bit multiplicative hashes (after FNV-1a, Fowler, Noll and Vo) over 32-bit words. */
class Hash {
  private high = 0x811c9dc5;
  private low = 0x01000193;

  add(value: Tensor | number): void {
    if (!(value instanceof Tensor)) {
      this.words(new Uint32Array(new Float64Array([value]).buffer));
      return;
    }
    const values = value.toTypedArray();
    // NaNs have many bit patterns; they count as one.
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = NaN;
    const bytes = new Uint8Array(Math.ceil(values.byteLength / 4) * 4);
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.words(new Uint32Array(bytes.buffer));
  }

  private words(words: Uint32Array): void {
    let { high, low } = this;
    for (let i = 0; i < words.length; i++) {
      high = Math.imul(high ^ words[i], 0x01000193);
      high ^= high >>> 15;
      low = Math.imul(low ^ words[i], 0x85ebca6b);
      low ^= low >>> 13;
    }
    this.high = high;
    this.low = low;
  }

  digest(): string {
    return [this.high, this.low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
