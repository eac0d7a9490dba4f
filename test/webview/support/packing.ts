// Messages as text, as VS Code passes them to a page: JSON, but for typed arrays. Knows no message.

const kinds = { Float32Array, Float64Array, Int16Array, Int32Array, Uint8ClampedArray };

/** Typed arrays become base64 of their bytes. */
export function pack(message: unknown): string {
  return JSON.stringify(message, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { $: value.constructor.name, of: bytes.toString('base64') };
  });
}

export function unpack(text: string): unknown {
  return JSON.parse(text, (_, value: { $?: string; of?: string } | null) => {
    if (value?.$ === undefined) return value;
    const bytes = Uint8Array.from(Buffer.from(value.of!, 'base64'));
    return new kinds[value.$ as keyof typeof kinds](bytes.buffer);
  });
}

/** The page's end, as a script: what VS Code gives to a webview, over the function `post`. */
export const pageSide = (state: object): string => `
  let state = ${JSON.stringify(state)};
  const kinds = { Float32Array, Float64Array, Int16Array, Int32Array, Uint8ClampedArray };
  globalThis.acquireVsCodeApi = () => ({
    getState: () => state,
    setState: (next) => { state = next; },
    postMessage: (message) => post(JSON.stringify(message)),
  });
  globalThis.take = (text) => {
    const data = JSON.parse(text, (_, value) => {
      if (value?.$ === undefined) return value;
      const bytes = Uint8Array.from(atob(value.of), (letter) => letter.charCodeAt(0));
      return new kinds[value.$](bytes.buffer);
    });
    window.dispatchEvent(new MessageEvent('message', { data }));
  };
`;
