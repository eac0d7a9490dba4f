// Colour maps, computed in OKLCh so that equal steps of a value look equal. Pure: knows no canvas.

/** 256 colours, red, green and blue in 0…255, one after the other. */
export type ColorMap = Uint8ClampedArray;

const size = 256;

/** For values from 0 up: from dark violet over green to light yellow, lightness rising evenly. */
export const sequential: ColorMap = build((t) => ({
  lightness: 0.24 + 0.68 * t,
  chroma: 0.09 + 0.06 * t,
  hue: 305 - 205 * t,
}));

/** For signed values: blue below, orange above, and zero of no colour, as dark or light as the theme. */
export function diverging(dark: boolean): ColorMap {
  return dark ? divergingDark : divergingLight;
}

const divergingDark = build((t) => towards(t, 0.27, 0.8));
const divergingLight = build((t) => towards(t, 0.96, 0.5));

interface OkLch {
  lightness: number;
  chroma: number;
  /** In degrees. */
  hue: number;
}

function towards(t: number, center: number, end: number): OkLch {
  const distance = Math.abs(2 * t - 1);
  return {
    lightness: center + (end - center) * distance,
    chroma: 0.15 * distance,
    hue: t < 0.5 ? 250 : 55,
  };
}

function build(at: (t: number) => OkLch): ColorMap {
  const map = new Uint8ClampedArray(3 * size);
  for (let i = 0; i < size; i++) map.set(toRgb(at(i / (size - 1))), 3 * i);
  return map;
}

/** Into sRGB; a colour outside of it loses chroma, not lightness. */
function toRgb({ lightness, chroma, hue }: OkLch): [number, number, number] {
  for (let c = chroma; ; c -= 0.005) {
    const rgb = linearRgb(lightness, Math.max(0, c), (hue * Math.PI) / 180);
    if (c <= 0 || rgb.every((value) => value >= 0 && value <= 1)) return rgb.map(gamma) as never;
  }
}

/** OKLab as defined by Björn Ottosson, https://bottosson.github.io/posts/oklab/. */
function linearRgb(lightness: number, chroma: number, hue: number): number[] {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function gamma(linear: number): number {
  return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
}

/** The map as a CSS gradient, from left to right. */
export function cssGradient(map: ColorMap): string {
  const stops = Array.from({ length: 9 }, (_, i) => {
    const at = 3 * Math.round((i * (size - 1)) / 8);
    return `rgb(${[...map.subarray(at, at + 3)].join(' ')})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
