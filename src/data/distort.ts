/** How one hand's digit differs from the next: strokes distorted at random and made smooth. */
import type { Stroke } from "./digit-strokes.ts";

/** Spread of the distortions; lengths in units of the digit's height. */
const SPREAD = {
  point: 0.022,
  warp: 0.06,
  bend: 0.95,
  shear: 0.24,
  shearMean: 0.12,
  turn: 0.12,
  aspect: 0.2,
  /** Width of a digit relative to its height before `aspect`. */
  width: 0.8,
} as const;

/** Points along a curve from one control point to the next. */
const SUBDIVISIONS = 6;

/**
 * The strokes as lines of many points (x, y in turn): every point moved a little, the whole bent,
 * slanted, turned and stretched. `gauss` gives standard normal draws.
 */
export function distort(
  strokes: readonly Stroke[],
  gauss: () => number,
): number[][] {
  const bend = warp(gauss);
  const place = affine(gauss);
  return strokes.map((stroke) => place(smooth(bend(jitter(stroke, gauss)))));
}

/** Every point moved on its own; the two points of a corner, and both ends of a ring, together. */
function jitter(stroke: Stroke, gauss: () => number): number[] {
  const out: number[] = [];
  const end = stroke.length - 2;
  for (let i = 0; i < stroke.length; i += 2) {
    const corner =
      i > 0 && stroke[i] === stroke[i - 2] && stroke[i + 1] === stroke[i - 1];
    const closing =
      i === end && stroke[i] === stroke[0] && stroke[i + 1] === stroke[1];
    const twin = closing ? 0 : corner ? i - 2 : -1;
    out.push(twin < 0 ? stroke[i] + SPREAD.point * gauss() : out[twin]);
    out.push(twin < 0 ? stroke[i + 1] + SPREAD.point * gauss() : out[twin + 1]);
  }
  return out;
}

/** A smooth random displacement, the same for all strokes, so what touches goes on touching. */
function warp(gauss: () => number): (points: number[]) => number[] {
  const waves = Array.from({ length: 4 }, () => ({
    x: SPREAD.warp * gauss(),
    y: SPREAD.warp * gauss(),
    kx: SPREAD.bend * gauss(),
    ky: SPREAD.bend * gauss(),
    phase: Math.PI * gauss(),
  }));
  return (points) =>
    points.map((value, i) => {
      const [x, y] =
        i % 2 === 0 ? [value, points[i + 1]] : [points[i - 1], value];
      return waves.reduce((sum, wave) => {
        const shift = Math.sin(
          wave.kx * x * Math.PI + wave.ky * y * Math.PI + wave.phase,
        );
        return sum + shift * (i % 2 === 0 ? wave.x : wave.y);
      }, value);
    });
}

/** Aspect, slant and turn about the middle. */
function affine(gauss: () => number): (points: number[]) => number[] {
  const width = SPREAD.width * Math.exp(SPREAD.aspect * gauss());
  const shear = SPREAD.shearMean + SPREAD.shear * gauss();
  const turn = SPREAD.turn * gauss();
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return (points) => {
    const out: number[] = [];
    for (let i = 0; i < points.length; i += 2) {
      const v = points[i + 1] - 0.5;
      const u = (points[i] - 0.5) * width - shear * v;
      out.push(u * cos - v * sin, u * sin + v * cos);
    }
    return out;
  };
}

/** A uniform Catmull-Rom spline: a doubled point makes a corner, equal ends a smooth ring. */
function smooth(points: number[]): number[] {
  const count = points.length / 2;
  const ring =
    points[0] === points[2 * count - 2] && points[1] === points[2 * count - 1];
  const at = (i: number, axis: number): number => {
    const near = ring
      ? (i + count - 1) % (count - 1)
      : Math.min(count - 1, Math.max(0, i));
    return points[2 * near + axis];
  };
  const out = [points[0], points[1]];
  for (let i = 0; i + 1 < count; i++) {
    if (at(i, 0) === at(i + 1, 0) && at(i, 1) === at(i + 1, 1)) continue;
    for (let step = 1; step <= SUBDIVISIONS; step++) {
      const t = step / SUBDIVISIONS;
      for (const axis of [0, 1]) {
        const [a, b] = [at(i, axis), at(i + 1, axis)];
        const inward = (b - at(i - 1, axis)) / 2;
        const outward = (at(i + 2, axis) - a) / 2;
        const c2 = 3 * (b - a) - 2 * inward - outward;
        const c3 = inward + outward - 2 * (b - a);
        out.push(a + t * (inward + t * (c2 + t * c3)));
      }
    }
  }
  return out;
}
