/** Colours that stay readable, whatever accent a clinic chose. Ratios as in WCAG 2.2. */

export type Rgb = readonly [red: number, green: number, blue: number];

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** Read "rgb(1, 2, 3)", "rgb(1 2 3 / 0.5)" or "color(srgb 0.1 0.2 0.3)"; null for anything else. */
export function parseColour(text: string): Rgb | null {
  const [, form, inner] = /^(rgba?|color)\(([^)]+)\)$/.exec(text.trim()) ?? [];
  if (!form || !inner) return null;
  const fraction = form === "color";
  if (fraction && !inner.startsWith("srgb ")) return null;
  const numbers = inner.replace("srgb", "").split(/[\s,/]+/).filter(Boolean).map(Number);
  const [red, green, blue] = numbers.map((one) => Math.round(fraction ? one * 255 : one));
  const whole = [red, green, blue].every((one) => Number.isFinite(one));
  return whole ? [red!, green!, blue!] : null;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever reads better on this colour: always at least 4.5 to 1. */
export function inkOn(ground: Rgb): Rgb {
  return contrast(ground, WHITE) >= contrast(ground, BLACK) ? WHITE : BLACK;
}

/** The colour, moved towards black or white until it stands out from `ground` by `least` to 1. */
export function readable(colour: Rgb, ground: Rgb, least: number): Rgb {
  const towards = inkOn(ground);
  for (let step = 0; step <= 20; step++) {
    const mixed = mix(colour, towards, step / 20);
    if (contrast(mixed, ground) >= least) return mixed;
  }
  return towards;
}

export function css(colour: Rgb): string {
  return `rgb(${colour.join(", ")})`;
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2) => Math.round(one[index] * (1 - share) + other[index] * share);
  return [at(0), at(1), at(2)];
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
