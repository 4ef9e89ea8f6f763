/** Layout of scatters by label, and the colors of labels. */
import { css } from "lit";

/** Labels with a color of their own (tokens --label-0 and on); further ones begin again. */
export const COLORS = 10;

const labelColors = Array.from(
  { length: COLORS },
  (_, i) => css`
    .label-${i} {
      color: var(--label-${i});
    }
  `,
);

export const scatterStyles = [
  ...labelColors,
  css`
    .plots {
      flex: 1 1 0;
      min-height: 0;
      display: grid;
      grid-auto-flow: column;
      grid-auto-columns: minmax(0, 1fr);
    }
    figure {
      margin: 0;
      min-width: 0;
      min-height: 0;
      padding: 2px var(--gutter) 10px;
      display: flex;
      gap: 10px;
    }
    figure + figure {
      border-left: 1px solid var(--rule);
    }
    figcaption {
      font-size: 12px;
      line-height: 16px;
      flex: none;
      width: 16px;
    }
    .plot {
      flex: 1 1 0;
      min-width: 0;
      min-height: 0;
      position: relative;
    }
    canvas {
      position: absolute;
      inset: 0 auto auto 0;
      outline: 1px solid var(--rule);
    }
    .rings {
      white-space: nowrap;
      overflow: hidden;
      text-overflow: ellipsis;
      min-width: 0;
      flex: 0 1 auto;
    }
    .legend {
      display: flex;
      flex-wrap: wrap;
      gap: 0 2px;
      align-items: center;
    }
    .legend button {
      min-width: 24px;
      height: 24px;
      font-weight: 600;
      border-bottom: 2px solid transparent;
    }
    .legend [aria-pressed="true"] {
      border-color: currentColor;
    }
    table {
      border-collapse: collapse;
      font-size: 12px;
      line-height: 16px;
      width: 100%;
      margin-bottom: 8px;
    }
    caption {
      text-align: left;
      font-weight: 600;
    }
    th,
    td {
      text-align: right;
      padding: 1px 0 1px 10px;
      border-top: 1px solid var(--rule);
      font-weight: 400;
    }
    th:first-child {
      text-align: left;
      padding-left: 0;
    }
    .select {
      min-width: 64px;
    }
    @media (max-width: 899px) {
      .plots {
        display: block;
      }
      figure {
        padding-inline: 0;
        height: 300px;
      }
      figure + figure {
        border: 0;
      }
      .legend button {
        min-width: 32px;
        height: 44px;
      }
    }
  `,
];
