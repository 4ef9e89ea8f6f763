/** Type and marks of the SVG pictures. */
import { css } from "lit";

export const pictures = css`
  .picture text {
    font: 400 var(--axis-size) / 1 var(--sans);
    fill: var(--ink-3);
    font-variant-numeric: tabular-nums;
  }
  .picture .ink {
    fill: var(--ink);
  }
  .picture .soft {
    fill: var(--ink-2);
  }
  .picture .lane-label {
    fill: var(--lane-text);
  }
  .picture .strong {
    font-weight: 600;
  }
  .picture .end {
    text-anchor: end;
  }
  .picture .middle {
    text-anchor: middle;
  }
  .picture .halo {
    paint-order: stroke;
    stroke: var(--bg);
    stroke-width: 4px;
    stroke-linejoin: round;
  }
  .pick {
    fill: transparent;
    cursor: pointer;
  }
  .pick:hover {
    stroke: var(--edge);
  }
  .pick[aria-pressed="true"],
  .pick[aria-current] {
    stroke: var(--ink);
    stroke-width: 1.5;
  }
  .pick:focus-visible {
    outline: none;
    stroke: var(--ink);
    stroke-width: 2.5;
  }
  .pick:focus-visible:not([aria-pressed="true"]) {
    stroke-dasharray: 4 2;
  }
  .grid-line {
    stroke: var(--rule);
  }
  .axis-line {
    stroke: var(--edge);
  }
  .data-column {
    stroke: var(--data);
  }
  .theory-tick {
    fill: var(--bg);
    stroke: var(--ink);
    stroke-width: 1.25;
  }
  .guide-mark {
    fill: var(--bg);
    stroke: var(--ink-3);
    stroke-width: 1;
    stroke-dasharray: 2 2;
  }
  .guide-column {
    fill: none;
    stroke: var(--ink-3);
    stroke-width: 1;
    stroke-dasharray: 3 2;
  }
  .water-line.guide {
    stroke: var(--ink-3);
    stroke-dasharray: 4 3;
  }
  .event-line {
    stroke: var(--ink);
    stroke-width: 1;
  }
  .lane-fill {
    fill: var(--lane);
  }
  .lane-outline {
    fill: var(--bg);
    stroke: var(--lane);
    stroke-width: 1.5;
  }
  .hatch-line {
    stroke: var(--hatch);
    stroke-width: 1.2;
  }
  .water {
    fill: var(--sub);
  }
  .water-line {
    stroke: var(--ink);
    stroke-width: 1.5;
    fill: none;
  }
  .water-line.other {
    stroke: var(--lane);
    stroke-dasharray: 5 2;
  }
`;
