/** How pinned runs are told apart: a color of the Petroff sequence, a dash and a shape for each. */
import { css, html, svg, type TemplateResult } from "lit";

/** Dashes of lines, in pixels, by pin. */
const DASHES: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [4, 4],
  [12, 3],
];

/** Names of shapes as Chart.js knows them, by pin. */
const SHAPES = [
  "circle",
  "rect",
  "triangle",
  "rectRot",
  "crossRot",
  "star",
] as const;

const PICTURES: Readonly<Record<(typeof SHAPES)[number], TemplateResult>> = {
  circle: svg`<circle cx="14" cy="6" r="3.5" />`,
  rect: svg`<path d="M11 3h6v6h-6z" />`,
  triangle: svg`<path d="M14 2l4 7h-8z" />`,
  rectRot: svg`<path d="M14 1.5 18.5 6 14 10.5 9.5 6z" />`,
  crossRot: svg`<path d="m10.5 2.5 7 7m0-7-7 7" />`,
  star: svg`<path d="M14 1.5v9m-4.5-4.5h9m-7.5-3.2 6.4 6.4m0-6.4-6.4 6.4" />`,
};

export function dashOf(pin: number): number[] {
  return [...DASHES[(pin - 1) % DASHES.length]];
}

export function shapeOf(pin: number): (typeof SHAPES)[number] {
  return SHAPES[(pin - 1) % SHAPES.length];
}

/** The line and shape of a pin, as charts draw them. */
export function runMark(pin: number): TemplateResult {
  return html`<svg
    class="run-mark run-${pin}"
    viewBox="0 0 28 12"
    aria-hidden="true"
  >
    <path
      class="run-line"
      d="M0 6h28"
      stroke-dasharray=${dashOf(pin).join(" ")}
    />
    ${PICTURES[shapeOf(pin)]}
  </svg>`;
}

/** Petroff's six (arXiv 2107.02270), the light ones darkened and the dark ones lightened to 3:1 on the page. */
export const runColors = css`
  :host {
    --run-1: light-dark(#4c83e0, #5790fc);
    --run-2: light-dark(#bf7206, #f89c20);
    --run-3: light-dark(#e42536, #f0656f);
    --run-4: light-dark(#964a8b, #c884bd);
    --run-5: light-dark(#83838a, #9c9ca1);
    --run-6: light-dark(#7a21dd, #ab7bf0);
  }
  .run-1 {
    --run: var(--run-1);
  }
  .run-2 {
    --run: var(--run-2);
  }
  .run-3 {
    --run: var(--run-3);
  }
  .run-4 {
    --run: var(--run-4);
  }
  .run-5 {
    --run: var(--run-5);
  }
  .run-6 {
    --run: var(--run-6);
  }
  .run-mark {
    width: 28px;
    height: 12px;
    fill: var(--run);
    stroke: var(--run);
    stroke-width: 1.5;
    flex: none;
  }
  .run-line {
    fill: none;
  }
`;
