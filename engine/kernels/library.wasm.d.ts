// What the build emits in the place of `library.wasm` (emit/plugin.mjs): the library's bytes.
declare const bytes: Uint8Array;
export default bytes;
