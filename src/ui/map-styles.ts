/** Marks of the picture of a map: black and white keep clear of any color of its cells. */
import { css } from "lit";

export const mapPicture = css`
  :host {
    position: relative;
    min-height: 0;
    min-width: 0;
  }
  .box {
    position: absolute;
    inset: 0;
    cursor: crosshair;
    touch-action: manipulation;
  }
  .box:focus-visible {
    outline-offset: -2px;
  }
  canvas,
  svg {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  .frame {
    fill: none;
    stroke: var(--edge);
  }
  .under,
  .over {
    fill: none;
    stroke: #000;
    stroke-width: 3.5;
    stroke-linecap: round;
    opacity: 0.75;
  }
  .over {
    stroke: #fff;
    stroke-width: 1.5;
    opacity: 1;
  }
  .other {
    stroke-dasharray: 3 3;
  }
  .cursor-under,
  .cursor {
    fill: none;
    stroke: #000;
    stroke-width: 4;
  }
  .cursor {
    stroke: #fff;
    stroke-width: 2;
  }
  .lane-dot {
    fill: var(--lane);
    stroke: #fff;
    stroke-width: 1.5;
  }
  .theory-curve {
    fill: none;
    stroke: var(--ink);
    stroke-width: 1.25;
    stroke-dasharray: 4 3;
  }
  .measured-curve {
    fill: none;
    stroke: var(--lane);
    stroke-width: 1.5;
  }
  .point {
    fill: var(--lane);
  }
  .threshold {
    stroke: var(--ink-3);
  }
`;

/** The map's form beside its picture; one below the other on a phone. */
export const mapLayout = css`
  section {
    height: 100%;
    display: grid;
    grid-template-columns: minmax(240px, 30%) minmax(0, 1fr);
  }
  .left {
    padding: 8px 12px 8px var(--gutter);
    border-right: 1px solid var(--rule);
    overflow: auto;
    scrollbar-width: thin;
  }
  .left > * + * {
    margin-top: 6px;
  }
  .right {
    padding: 8px var(--gutter);
    min-width: 0;
    min-height: 0;
    display: flex;
    flex-direction: column;
    gap: 4px;
  }
  .head {
    min-height: 24px;
    gap: 8px 14px;
    flex-wrap: wrap;
  }
  .head .select {
    width: auto;
  }
  .views {
    gap: 10px;
  }
  [aria-pressed="true"] {
    color: var(--ink);
    font-weight: 600;
  }
  .said {
    min-height: 16px;
    display: flex;
    flex-wrap: wrap;
    column-gap: 12px;
  }
  .said > [role="status"] {
    order: 1;
  }
  .box {
    flex: 1 1 0;
    min-height: 0;
    min-width: 0;
  }
  div.box {
    overflow: auto;
    scrollbar-width: thin;
  }
  .reading {
    min-height: 16px;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  table {
    width: auto;
  }
  @media (max-width: 899px) {
    section {
      display: block;
      height: auto;
    }
    .left,
    .right {
      display: block;
      padding: 8px 0;
      border: 0;
    }
    .box {
      height: 320px;
    }
    .reading {
      white-space: normal;
      min-height: 32px;
    }
  }
`;
