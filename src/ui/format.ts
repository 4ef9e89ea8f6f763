/** Numbers as people read them: two to four significant digits, leading zeros, no exponents if avoidable. */

/** A measured or predicted quantity. */
export function quantity(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "–" : x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (size === 0) return "0";
  if (size >= 1e6)
    return x.toExponential(2).replace("e+", "e").replace("-", "−");
  if (size >= 1000) return signed(x.toFixed(0));
  if (size >= 100) return signed(x.toFixed(1));
  if (size >= 0.0995) return signed(x.toFixed(2));
  if (size >= 1e-4) return signed(String(Number(x.toPrecision(2))));
  return signed(x.toExponential(0));
}

/** Two decimals however small: for rows of numbers that are compared with each other. */
export function fixed2(x: number): string {
  if (!Number.isFinite(x)) return quantity(x);
  if (Math.abs(x) >= 100) return signed(x.toFixed(Math.abs(x) >= 1000 ? 0 : 1));
  return signed(x.toFixed(2));
}

/** A setting: as short as it is exact, up to four significant digits; "1.00" for `digits` = 2. */
export function setting(x: number, digits = 0): string {
  if (!Number.isFinite(x)) return "";
  const short = String(Number(x.toPrecision(4)));
  if (short.includes("e")) return short;
  const decimals = short.split(".")[1]?.length ?? 0;
  return decimals < digits ? x.toFixed(digits) : short;
}

export function whole(x: number): string {
  return String(Math.round(x));
}

const WORDS = [
  "none",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
];

/** Small counts as words, as in running text. */
export function count(n: number): string {
  return WORDS[n] ?? String(n);
}

/** Bytes in the unit people use for a file of that size. */
export function bytes(n: number): string {
  if (n < 1000) return `${String(n)} bytes`;
  if (n < 1e6) return `${(n / 1e3).toFixed(1)} kB`;
  return `${(n / 1e6).toFixed(1)} MB`;
}

function signed(text: string): string {
  return text.replace("-", "−");
}

/** About `wanted` round numbers covering [low, high]; the first and last are the axis ends. */
export function niceTicks(low: number, high: number, wanted: number): number[] {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(raw));
  const unit = [1, 2, 2.5, 5, 10].find((m) => m * power >= raw * 0.8) ?? 10;
  const step = unit * power;
  const ticks: number[] = [];
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  for (let i = first; i <= last; i += 1)
    ticks.push(Number((i * step).toPrecision(10)));
  return ticks;
}
