import { css } from "lit";

export const chartStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  .head {
    display: flex;
    gap: 8px;
    align-items: center;
    height: 20px;
    font-size: 12px;
    white-space: nowrap;
  }
  .latest {
    line-height: 16px;
    height: 16px;
    font-size: 12px;
    margin-bottom: 2px;
    white-space: nowrap;
  }
  .latest span + span {
    margin-left: 0.5em;
  }
  .box {
    flex: 1 1 0;
    min-height: 0;
    min-width: 0;
    position: relative;
  }
  :host([data-reading]) .latest:not(.values),
  :host([data-reading]) .unit,
  :host(:not([data-reading])) .values,
  :host(:not([data-reading])) .at-step,
  :host(:not([data-reading])) .cursor {
    display: none;
  }
  .cursor {
    position: absolute;
    left: 0;
    width: 1px;
    background: var(--ink);
  }
  .read {
    position: absolute;
    inset: 0;
    cursor: crosshair;
    /* Across reads, up and down scrolls. */
    touch-action: pan-y;
  }
  canvas {
    position: absolute;
    inset: 0;
  }
`;
