/** Styles shared by all elements: text, buttons, fields and the one column grid of the frame. */
import { css } from "lit";

export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
    margin: 0;
  }
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  button,
  select,
  input,
  textarea {
    font: inherit;
    color: inherit;
    font-variant-numeric: inherit;
    letter-spacing: inherit;
  }
  /* Steppers would cover a narrow field's digits; keys step it. */
  input[type="number"] {
    appearance: textfield;
  }
  button {
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
  }
  button:disabled {
    cursor: default;
  }
  a {
    color: inherit;
    text-underline-offset: 3px;
    text-decoration-thickness: 1px;
  }
  :focus-visible {
    outline: 2px solid var(--ink);
    outline-offset: 2px;
    border-radius: 3px;
  }
  svg {
    display: block;
    overflow: visible;
  }
  b,
  h1,
  h2,
  h3,
  th {
    font-weight: 600;
  }
  h2 {
    font-size: 13px;
    line-height: 20px;
  }
  h3 {
    font-size: 12px;
    line-height: 16px;
  }
  .icon {
    width: 16px;
    height: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
    flex: none;
  }
  .math {
    font-family: var(--math);
    font-style: italic;
    font-size: 1.1em;
    line-height: 1;
  }
  sub {
    font-size: 0.7em;
    line-height: 0;
  }
  .small {
    font-size: 12px;
    line-height: 16px;
  }
  .mute {
    color: var(--ink-3);
  }
  .soft {
    color: var(--ink-2);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .push {
    margin-left: auto;
  }
  .hidden-text {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** Lane identity: hue by class lane-a ... lane-f, shape by lane-mark (circle, then square). */
export const lanes = css`
  .lane-a {
    --lane: var(--lane-a);
    --lane-text: var(--lane-a-text);
  }
  .lane-b {
    --lane: var(--lane-b);
    --lane-text: var(--lane-b-text);
  }
  .lane-c {
    --lane: var(--lane-c);
    --lane-text: var(--lane-c-text);
  }
  .lane-d {
    --lane: var(--lane-d);
    --lane-text: var(--lane-d-text);
  }
  .lane-e {
    --lane: var(--lane-e);
    --lane-text: var(--lane-e-text);
  }
  .lane-f {
    --lane: var(--lane-f);
    --lane-text: var(--lane-f-text);
  }
  .lane-text {
    color: var(--lane-text);
  }
  .lane-mark {
    width: 9px;
    height: 9px;
    flex: none;
    display: inline-block;
    background: var(--lane);
  }
  .lane-mark.lane-a {
    border-radius: 50%;
  }
  .lane-mark.outline {
    background: none;
    border: 1.5px solid var(--lane);
  }
`;

export const controls = css`
  .button {
    height: var(--target);
    padding: 0 10px;
    border: 1px solid var(--edge);
    border-radius: var(--control-radius);
    display: inline-flex;
    align-items: center;
    gap: 6px;
    white-space: nowrap;
    transition:
      background var(--state-time),
      border-color var(--state-time);
  }
  .button:hover:not(:disabled) {
    border-color: var(--ink);
    background: var(--sub);
  }
  .button:disabled {
    color: var(--ink-3);
  }
  .button.solid {
    background: var(--ink);
    border-color: var(--ink);
    color: var(--bg);
  }
  .button.solid:hover:not(:disabled) {
    background: var(--ink);
    opacity: 0.88;
  }
  .button.solid:disabled {
    background: var(--ink-3);
    border-color: var(--ink-3);
    color: var(--bg);
  }
  .button.bare {
    border-color: transparent;
    padding: 0 8px;
  }
  .button.square {
    width: var(--target);
    padding: 0;
    justify-content: center;
  }
  .link {
    text-decoration: underline;
    text-underline-offset: 3px;
    text-decoration-color: var(--edge);
    color: var(--ink-2);
    min-height: 24px;
  }
  .link:hover {
    color: var(--ink);
    text-decoration-color: currentColor;
  }
  .select {
    appearance: none;
    height: var(--target);
    border: 1px solid var(--edge);
    border-radius: var(--control-radius);
    padding: 0 26px 0 9px;
    background: var(--bg) no-repeat right 8px center/10px;
    background-image: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'%3E%3Cpath d='M1.5 3.5 5 7l3.5-3.5' fill='none' stroke='%237D838E' stroke-width='1.4'/%3E%3C/svg%3E");
    max-width: 100%;
    text-overflow: ellipsis;
  }
  .select:hover,
  .number:hover {
    border-color: var(--ink);
  }
  .number {
    width: 64px;
    height: var(--target);
    border: 1px solid var(--edge);
    border-radius: var(--control-radius);
    background: var(--bg);
    text-align: right;
    padding: 0 8px;
  }
  .number[aria-invalid="true"] {
    border-width: 2px;
    border-color: var(--ink);
  }
  .range {
    appearance: none;
    width: 100%;
    height: 24px;
    background: none;
    cursor: pointer;
    display: block;
  }
  .range::-webkit-slider-runnable-track {
    height: 2px;
    background: linear-gradient(var(--ink), var(--ink)) 0 / var(--fill, 0%) 100%
      no-repeat var(--edge);
  }
  .range::-webkit-slider-thumb {
    appearance: none;
    width: 14px;
    height: 14px;
    margin-top: -6px;
    border-radius: 50%;
    background: var(--bg);
    border: 2px solid var(--ink);
  }
  .range::-moz-range-track {
    height: 2px;
    background: var(--edge);
  }
  .range::-moz-range-progress {
    height: 2px;
    background: var(--ink);
  }
  .range::-moz-range-thumb {
    width: 10px;
    height: 10px;
    border-radius: 50%;
    background: var(--bg);
    border: 2px solid var(--ink);
  }
  @media (max-width: 899px) {
    .link {
      min-height: 44px;
    }
    .range {
      height: 44px;
    }
    .number {
      width: 84px;
    }
  }
`;

/** Rail, A, B, why: header, story, transport and main share these columns. */
export const columns = css`
  .columns {
    display: grid;
    grid-template-columns: var(--rail) minmax(0, 1fr) minmax(0, 1fr) var(--why);
  }
  .columns > * {
    padding: 0 var(--gutter);
    min-width: 0;
  }
  @media (max-width: 1199px) {
    .columns {
      grid-template-columns: var(--rail) minmax(0, 1fr) minmax(0, 1fr);
    }
  }
  @media (max-width: 899px) {
    .columns {
      display: block;
    }
  }
`;

/** Tables of numbers, a rule above each row; `named`: the first column is words. */
export const tables = css`
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: 12px;
    line-height: 16px;
  }
  th,
  td {
    text-align: right;
    padding: 2px 0 2px 10px;
    border-top: 1px solid var(--rule);
    font-weight: 400;
    white-space: nowrap;
  }
  thead th {
    border: 0;
  }
  .named th:first-child {
    text-align: left;
    padding-left: 0;
  }
`;

/** A row of tabs: the one that is open stands out by its weight and a line below. */
export const tabRow = css`
  .tabs button {
    position: relative;
  }
  .tabs [aria-selected="true"] {
    color: var(--ink);
    font-weight: 600;
  }
  .tabs [aria-selected="true"]::after {
    content: "";
    position: absolute;
    inset: auto 0 -1px;
    height: 2px;
    background: var(--ink);
  }
`;
